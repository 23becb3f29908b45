"""The API page: what autodoc and napoleon have no setting for (others: `_config.yml`).

Docstrings are read as reStructuredText, and written with the backticks of Markdown.
"""

import dataclasses
import inspect
import re

import optax
from flax import nnx
from sphinx.domains.python import PyObject
from sphinx.util.inspect import stringify_signature
from sphinx.util.typing import stringify_annotation


class _Brief:
    """A dataclass as its constructor would be called: defaults are left out."""

    def __init__(self, value):
        fields = [(f.name, f.default) for f in dataclasses.fields(value)]
        given = {n: getattr(value, n) for n, d in fields if getattr(value, n) != d}
        arguments = ", ".join(f"{name}={item!r}" for name, item in given.items())
        self.text = f"{type(value).__name__}({arguments})"

    def __repr__(self):
        return self.text


def _say_attributes(app, config):
    for field in PyObject.doc_field_types:
        if field.name == "variable":  # what docstrings call Attributes
            field.label = "Attributes"


def _docstring(app, what, name, obj, options, lines):
    """Lets letters follow a backtick, as Markdown does."""
    lines[:] = [re.sub(r"(`[^`]+`)(?=\w)", r"\1\\ ", line) for line in lines]


def _signature(app, what, name, obj, options, signature, returns):
    """Flax's metaclass hides what a module is built from: ask `__init__` itself."""
    if returns == stringify_annotation(optax.Schedule, "smart"):
        return signature, "optax.Schedule"
    if what != "class" or not issubclass(obj, nnx.Module) or signature is None:
        return None
    _, *parameters = inspect.signature(obj.__init__).parameters.values()
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return None
    for i, parameter in enumerate(parameters):
        if dataclasses.is_dataclass(parameter.default):
            parameters[i] = parameter.replace(default=_Brief(parameter.default))
    built_from = inspect.Signature(parameters)
    return stringify_signature(built_from, unqualified_typehints=True), None


def setup(app) -> None:
    """Register this part."""
    app.connect("config-inited", _say_attributes)
    app.connect("autodoc-process-docstring", _docstring)
    app.connect("autodoc-process-signature", _signature)
