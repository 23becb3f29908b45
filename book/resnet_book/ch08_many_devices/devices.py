"""Eight devices on any machine: real ones where there are several, else the CPU's."""

import os

import jax
from jax.extend import backend


def several(count: int = 8) -> list[jax.Device]:
    """All accelerators where there are several, else the processor shown as `count`.

    Arrays that were made before are lost when JAX has to begin again: call it first.
    """
    if jax.default_backend() != "cpu" and jax.device_count() > 1:
        return jax.devices()
    if len(jax.devices("cpu")) < count:
        backend.clear_backends()  # JAX counts them once, when it begins
        jax.clear_caches()
        jax.config.update("jax_num_cpu_devices", count)
    return jax.devices("cpu")[:count]


def environment() -> dict[str, str]:
    """The variables of a process of its own that has one CPU device."""
    flags = os.environ.get("XLA_FLAGS", "").split()
    kept = [flag for flag in flags if "host_platform_device_count" not in flag]
    return os.environ | {"JAX_PLATFORMS": "cpu", "XLA_FLAGS": " ".join(kept)}
