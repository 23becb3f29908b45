"""The book's own Sphinx extension: one file an idea, each with a `setup` of its own."""

import importlib
import pkgutil

# Used by others, with nothing to register.
_COMMANDS = (
    *("cells", "hints", "notebooks", "outputs", "page_tables", "prose_numbers"),
    *("questions", "small_pictures", "two_at_a_time"),
)


def setup(app) -> dict:
    """Register every part."""
    for part in sorted(module.name for module in pkgutil.iter_modules(__path__)):
        if part not in _COMMANDS:
            importlib.import_module(f"measured.{part}").setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
