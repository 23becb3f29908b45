"""The API page: autodoc set up for docstrings in Google style with single backticks.

Docstrings are read as reStructuredText, where a single backtick has a configurable
meaning: here it is code, as in Markdown, which is how the docstrings are written.
"""

import dataclasses
import inspect
import re

import optax
from flax import nnx
from sphinx.domains.python import PyObject
from sphinx.util.inspect import stringify_signature
from sphinx.util.typing import stringify_annotation

# Types of other packages, whose documentation the book does not carry along.
_ELSEWHERE = r"(jax|jaxlib|flax|numpy|optax|matplotlib|pathlib|os|collections)\b.*"
_SETTINGS = {
    "default_role": "literal",
    "napoleon_use_ivar": True,
    "napoleon_use_rtype": False,
    "napoleon_attr_annotations": False,  # they are in the signature already
    "autodoc_typehints_format": "short",
    "autodoc_preserve_defaults": True,
    "python_use_unqualified_type_names": True,
    "python_maximum_signature_line_length": 72,
}


class _Brief:
    """A dataclass as its constructor would be called: defaults are left out."""

    def __init__(self, value):
        fields = [(f.name, f.default) for f in dataclasses.fields(value)]
        given = {n: getattr(value, n) for n, d in fields if getattr(value, n) != d}
        arguments = ", ".join(f"{name}={item!r}" for name, item in given.items())
        self.text = f"{type(value).__name__}({arguments})"

    def __repr__(self):
        return self.text


def _configure(app, config):
    for name, value in _SETTINGS.items():
        setattr(config, name, value)
    config.nitpick_ignore_regex = [*config.nitpick_ignore_regex, ("py:.*", _ELSEWHERE)]
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
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("sphinx.ext.napoleon")
    app.connect("config-inited", _configure)
    app.connect("autodoc-process-docstring", _docstring)
    app.connect("autodoc-process-signature", _signature)
