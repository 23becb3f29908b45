"""What one checkout says of cells: their first steps, or programs of these or of all.

Run by its path (`twins`) in the tree of a commit and in today's: of the project it
imports by name only what both have. The arguments are a record, its folder, the
backend that its cells are of, and what is asked for: `steps`, `programs`, `opening` for
the programs of the first steps, or `benchmark` for those of a benchmark's rows. Each
line that comes in is an arm and a seed, each that goes out `found` and a hash, or
nothing where there is none.

Another backend's cells get the forms that operations have there: on a CPU they round
otherwise, but by both codes alike.
"""

import contextlib
import functools
import itertools
import runpy
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import jax
import numpy as np

_PROGRAMS = runpy.run_path(str(Path(__file__).with_name("programs.py")))
graph, used, digest = map(_PROGRAMS.get, ("graph", "used", "digest"))
PLATFORMS = {"gpu": "cuda"}  # as XLA calls what JAX calls a backend


def main(record: str, folder: str, backend: str, asked: str) -> None:
    """Answers as long as somebody asks."""
    if backend != jax.default_backend():
        _be_as_on(backend)
    kinds = {"steps": _steps, "programs": _programs, "benchmark": _benchmark}
    kinds["opening"] = functools.partial(_programs, of="trace")
    answer = kinds[asked](record, Path(folder), Notes(backend))
    for line in sys.stdin:
        arm, seed = line.rstrip("\n").rsplit(" ", 1)
        try:
            found = answer(arm, int(seed))
        except Exception:
            traceback.print_exc()
            found = ""
        print("found", found, flush=True)


class Notes:
    """What is given to a device to compute through `jax.jit`, while they are taken.

    That is each program, with the operands of its first call, or of each. Nothing is
    computed: what programs answer with is made up.
    """

    def __init__(self, backend: str):
        """None yet, of what a backend would get."""
        self.platform, self.jit = PLATFORMS.get(backend, backend), jax.jit
        self.seen, self.times, self.each_call = [], 0, False

    @contextlib.contextmanager
    def taken(self) -> Iterator[None]:
        """Within, `jax.jit` makes what is noted when it is called, even after this."""
        jax.jit = functools.partial(_Program, self)
        try:
            yield
        finally:
            jax.jit = self.jit

    def of(self, run: Callable[[], object]) -> str:
        """A hash of what `run` asks for; empty for nothing."""
        self.seen, self.times = [], self.times + 1
        with self.taken():
            run()
        return digest(*self.seen).hex()[:12] if self.seen else ""


class _Program:
    """In place of what `jax.jit` returns; also of what that lowers and compiles to."""

    def __init__(self, notes, function, static_argnums=(), **options):
        self._notes, self._results = notes, {}
        self._static = {static_argnums} if static_argnums == 0 else {*static_argnums}
        self._real = notes.jit(function, static_argnums=static_argnums, **options)

    def __call__(self, *operands):
        split = [[], []]
        for number, operand in enumerate(operands):
            split[number in self._static].append(operand)
        leaves, tree = jax.tree.flatten(split[0])
        if any(isinstance(leaf, jax.core.Tracer) for leaf in leaves):
            return self._real(*operands)
        shapes = tuple((np.shape(x), jax.numpy.result_type(x)) for x in leaves)
        key = self._notes.times, tree, shapes, *split[1]
        if key not in self._results:
            self._results[key] = self._noted(operands, leaves)
        elif self._notes.each_call:
            self._notes.seen += _hashes(leaves, self._results[key][1])
        return self._results[key][0]

    def lower(self, *operands):
        self(*operands)
        return self

    def compile(self):
        return self

    def eval_shape(self, *operands):
        return self._real.eval_shape(*operands)

    def _noted(self, operands, leaves):
        noting, jax.jit = jax.jit, self._notes.jit
        try:
            traced = self._real.trace(*operands)
            program = graph(traced, self._notes.platform)
        finally:
            jax.jit = noting
        count = used(traced)
        self._notes.seen += [program, *_hashes(leaves, count)]
        return jax.tree.map(_made_up, traced.out_info), count


def _hashes(leaves, count):
    """Of the operands that a program computes with."""
    return [digest(_bytes(leaf)) for leaf in itertools.compress(leaves, count)]


def _bytes(leaf):
    is_key = jax.dtypes.issubdtype(jax.numpy.result_type(leaf), jax.dtypes.prng_key)
    return np.asarray(jax.random.key_data(leaf) if is_key else leaf).tobytes()


def _made_up(out):
    """Ones, so that what divides goes on; zeros where things are counted."""
    whole = jax.numpy.issubdtype(out.dtype, jax.numpy.integer)
    return jax.numpy.full(out.shape, 0 if whole else 1, out.dtype)


def _be_as_on(backend):
    """Lets code choose as it would there: what runs has the forms of there."""

    def of_there(*operands, default=None, **forms):
        return forms.get(PLATFORMS.get(backend, backend), default)(*operands)

    jax.config.update("jax_enable_compilation_cache", False)  # it chooses by backend
    jax.lax.platform_dependent = of_there
    jax.default_backend = lambda: backend


def _steps(record, folder, _):
    from resnet_book.experiments.grid import Grid

    grid = Grid(record, folder)
    return lambda arm, seed: grid.module.trace(arm, seed, grid.done)


def _programs(record, folder, notes, of="cell"):
    import optax  # noqa: F401  (what these two compute is not noted)

    import resnet_lib  # noqa: F401

    with notes.taken():
        from resnet_book.experiments.grid import Grid

        grid = Grid(record, folder)
    notes.each_call, run = of == "trace", getattr(grid.module, of)
    return lambda arm, seed: notes.of(lambda: run(arm, seed, grid.done))


def _benchmark(_record, _folder, notes):
    from benchmarks.__main__ import CPU, GPU
    from benchmarks.contenders import contenders

    rows = {row.name: row for row in (CPU if jax.default_backend() == "cpu" else GPU)}
    return lambda row, _: notes.of(
        lambda: contenders(rows[row], peers=())["ours"].step()
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
