"""What one checkout says of cells: their first steps, or the programs that they time.

Run by its path (`twins`) in the tree of a commit and in today's: of the project it
imports by name only what both have. The arguments are a record, its folder and the
backend that its cells are of; each line that comes in is an arm and a seed, each that
goes out `found` and a hash, or nothing where there is none.

Another backend's cells get the forms that operations have there: on a CPU they round
otherwise, but by both codes alike.
"""

import functools
import hashlib
import re
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import jax
import numpy as np

PLATFORMS = {"gpu": "cuda"}  # as XLA calls what JAX calls a backend


def main(record: str, folder: str, backend: str) -> None:
    """Answers as long as somebody asks."""
    if backend != jax.default_backend():
        _be_as_on(backend)
    answer = _benchmark(backend) if record == "benchmark" else _cells(record, folder)
    for line in sys.stdin:
        arm, seed = line.rstrip("\n").rsplit(" ", 1)
        try:
            found = answer(arm, int(seed))
        except Exception:
            traceback.print_exc()
            found = ""
        print("found", found, flush=True)


def programs(run: Callable[[], object], backend: str) -> str:
    """A hash of what `run` gives the device to compute through `jax.jit`.

    Nothing of it is computed: every program answers with ones.
    """
    seen, jit = {}, jax.jit
    jax.jit = functools.partial(_Program, jit, seen, PLATFORMS.get(backend, backend))
    try:
        run()
    finally:
        jax.jit = jit
    texts = "".join(seen.values()).encode()
    return hashlib.sha256(texts).hexdigest()[:12] if seen else ""


def text(traced: jax.stages.Traced, platform: str) -> str:
    """A program as XLA gets it (StableHLO), but for what two codes may name otherwise.

    Of its operands and results those are left out that it only hands on, and its
    functions are numbered in the order in which they come.
    """
    whole = traced.jaxpr
    operands, results = whole.jaxpr.invars, whole.jaxpr.outvars
    computed = [not any(y is x for x in operands) for y in results]
    run = jax.extend.core.jaxpr_as_fun(whole)

    def only_computed(*leaves):
        return [y for y, own in zip(run(*leaves), computed, strict=True) if own]

    shapes = [jax.ShapeDtypeStruct(x.shape, x.dtype) for x in whole.in_avals]
    lowered = (
        jax.jit(only_computed).trace(*shapes).lower(lowering_platforms=(platform,))
    )
    numbers = {}
    return re.sub(
        r"@(\w+?)_\d+\b",
        lambda name: f"@{name[1]}.{numbers.setdefault(name[0], len(numbers))}",
        lowered.as_text(),
    )


class _Program:
    """In place of what `jax.jit` returns; also of what that lowers and compiles to."""

    def __init__(self, jit, seen, platform, function, **options):
        self._jit, self._real = jit, jit(function, **options)
        self._seen, self._platform, self._results = seen, platform, {}

    def __call__(self, *operands):
        leaves, tree = jax.tree.flatten(operands)
        key = tree, tuple((np.shape(x), jax.numpy.result_type(x)) for x in leaves)
        if key not in self._results:
            self._results[key] = self._traced(*operands)
        return self._results[key]

    def lower(self, *operands):
        self(*operands)
        return self

    def compile(self):
        return self

    def _traced(self, *operands):
        noting, jax.jit = jax.jit, self._jit
        try:
            traced = self._real.trace(*operands)
            self._seen[len(self._seen)] = text(traced, self._platform)
        finally:
            jax.jit = noting
        return jax.tree.map(
            lambda out: np.broadcast_to(np.ones((), out.dtype), out.shape),
            traced.out_info,
        )


def _be_as_on(backend):
    """Lets code choose as it would there: what runs has the forms of there."""

    def of_there(*operands, default=None, **forms):
        return forms.get(PLATFORMS.get(backend, backend), default)(*operands)

    jax.config.update("jax_enable_compilation_cache", False)  # it chooses by backend
    jax.lax.platform_dependent = of_there
    jax.default_backend = lambda: backend


def _cells(record, folder):
    from resnet_book.experiments.grid import Grid

    grid = Grid(record, Path(folder))
    module, backend = grid.module, jax.default_backend()
    if hasattr(module, "trace"):
        return lambda arm, seed: module.trace(arm, seed, grid.done)
    return lambda arm, seed: programs(
        lambda: module.cell(arm, seed, grid.done), backend
    )


def _benchmark(backend):
    from benchmarks.__main__ import CPU, GPU
    from benchmarks.contenders import contenders

    rows = {row.name: row for row in (CPU if backend == "cpu" else GPU)}
    return lambda row, _: programs(
        lambda: contenders(rows[row], peers=())["ours"].step(), backend
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
