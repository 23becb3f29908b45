"""A program as XLA gets it, as a hash of what it computes from what."""

import hashlib
import itertools

import jax
from jax.interpreters.partial_eval import dce_jaxpr


def graph(traced: jax.stages.Traced, platform: str) -> bytes:
    """A hash of a program as XLA gets it (StableHLO): of what is computed from what.

    Names are no matter, nor the order of what does not depend on one another, nor
    operands and results that it only hands on.
    """
    whole, own = traced.jaxpr, computed(traced)
    run = jax.extend.core.jaxpr_as_fun(whole)

    def only_computed(*leaves):
        return [*itertools.compress(run(*leaves), own)]

    shapes = [jax.ShapeDtypeStruct(x.shape, x.dtype) for x in whole.in_avals]
    lowered = jax.jit(only_computed).trace(*shapes)
    module = lowered.lower(lowering_platforms=(platform,)).compiler_ir()
    return _Graph(module.body.operations).function("main")


def computed(traced: jax.stages.Traced) -> list[bool]:
    """Which results of a program are not only handed on."""
    operands = {id(x) for x in traced.jaxpr.jaxpr.invars}
    return [id(y) not in operands for y in traced.jaxpr.jaxpr.outvars]


def used(traced: jax.stages.Traced) -> list[bool]:
    """Which operands count for what is computed."""
    return dce_jaxpr(traced.jaxpr.jaxpr, computed(traced))[1]


class _Graph:
    """Hashes of functions, each of its results and of what they are computed from."""

    def __init__(self, operations):
        some = (each for each in operations if each.operation.name == "func.func")
        self._functions, self._known = {each.name.value: each for each in some}, {}

    def function(self, name):
        if name not in self._known:
            (body,) = self._functions[name].regions
            self._known[name] = self._block(body.blocks[0], {}, "f")
        return self._known[name]

    def _block(self, block, values, where):
        for number, argument in enumerate(block.arguments):
            values[argument] = f"{where}{number}: {argument.type}".encode()
        for op in block.operations:
            if handed := self._handed_on(op.operation):
                values |= zip(op.results, map(values.get, handed), strict=True)
                continue
            said = [op.operation.name, *map(str, (r.type for r in op.results))]
            said = " ".join(said).encode(), *self._attributes(op.operation)
            inner = (
                self._block(each, values, f"{where}/{number}.")
                for number, region in enumerate(op.regions)
                for each in region.blocks
            )
            last = digest(*said, *(values[x] for x in op.operands), *inner)
            values |= {r: last + i.to_bytes(2) for i, r in enumerate(op.results)}
        return last

    def _handed_on(self, op):
        """The operands that a call returns, if it does nothing else."""
        if op.name == "func.call":
            called = self._functions[op.attributes["callee"].value].regions[0].blocks[0]
            if called.operations[0].operation.name == "func.return":
                given = dict(zip(called.arguments, op.operands, strict=True))
                return [given[x] for x in called.operations[0].operands]
        return []

    def _attributes(self, op):
        for name in sorted(getattr(each, "name", each) for each in op.attributes):
            value = op.attributes[name]
            called = name == "callee" and op.name == "func.call"
            yield name.encode()
            yield self.function(value.value) if called else str(value).encode()


def digest(*parts: bytes) -> bytes:
    """SHA-256 of the parts and of where one ends."""
    found = hashlib.sha256()
    for part in parts:
        found.update(len(part).to_bytes(8) + part)
    return found.digest()
