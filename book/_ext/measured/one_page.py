"""Let the builder `singlehtml`, from whose page the PDF is printed, show every node.

Sphinx takes what extensions registered for `html` only when none of them registered
anything for `singlehtml`, and one did.
"""


def _complete(app) -> None:
    handlers = app.registry.translation_handlers
    if "singlehtml" in handlers:
        handlers["singlehtml"] = {**handlers["html"], **handlers["singlehtml"]}


def setup(app) -> None:
    """Register this part."""
    app.connect("builder-inited", _complete)
