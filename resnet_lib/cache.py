"""Compiled programs kept between sessions: JAX's persistent cache, on by default."""

import os
from pathlib import Path

import jax

from resnet_lib import paths

_CPU_LOADS_IN_SILENCE = not (0, 8) <= jax.__version_info__ < (0, 10, 2)
_LEAST = "jax_persistent_cache_min_compile_time_secs"


def keep_small_programs() -> None:
    """Lets a cache keep every program; JAX keeps those that compile for a second.

    A new network is dozens of small ones, compiled again in every session otherwise:
    half of the way to its first step. Importing `resnet_lib` calls this; it turns no
    cache on, and a least time that the user has set stays.
    """
    if _LEAST.upper() not in os.environ and getattr(jax.config, _LEAST) == 1:
        jax.config.update(_LEAST, 0.0)


def enable() -> Path | None:
    """Turns JAX's compilation cache on, in the user's cache directory.

    `fit` and the command line call it. A folder that was chosen
    already (`JAX_COMPILATION_CACHE_DIR`, or `jax.config`) stays; one that cannot be
    written, or a user without a home, leaves the cache off. So does a CPU with jax 0.8
    to 0.10.1, unless a folder was chosen: for each program that it loads, XLA prints a
    page of errors there, about features that no machine has.

    Returns:
        The folder, or `None` when the cache is off.
    """
    if not jax.config.jax_enable_compilation_cache:
        return None
    if jax.config.jax_compilation_cache_dir is None:
        if jax.default_backend() == "cpu" and not _CPU_LOADS_IN_SILENCE:
            return None
        try:
            folder = _user_cache() / "resnet_lib" / "jax"
            folder.mkdir(parents=True, exist_ok=True)
        except (OSError, paths.NoHomeError):
            return None
        if not os.access(folder, os.W_OK):
            return None
        jax.config.update("jax_compilation_cache_dir", str(folder))
    return Path(jax.config.jax_compilation_cache_dir)


def _user_cache() -> Path:
    return paths.expand(os.environ.get("XDG_CACHE_HOME") or "~/.cache")
