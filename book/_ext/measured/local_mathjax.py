"""Serve MathJax from the book: equations need no network and no third party.

The files come from the package `sphinx-mathjax-offline` (MathJax 3.2.2). Only those
that a page can ask for are copied, 3 MB of its 24, without the other host that its
screen-reader engine would ask for what it misses.
"""

import importlib.util
import re
import shutil
from pathlib import Path

_PARTS = (
    "tex-chtml.js",
    "output/chtml/fonts/woff-v2",
    "input/tex/extensions",
    "a11y",
    "sre/mathmaps/base.json",
    "sre/mathmaps/en.json",
)
_ELSEWHERE = re.compile(r"https://cdn\.jsdelivr\.net/[^\"']*")


def _source() -> Path:
    # The hyphen in its name keeps it from being imported the ordinary way.
    package = importlib.util.find_spec("sphinx-mathjax-offline")
    return Path(package.origin).parent / "static" / "mathjax"


def _copy(app) -> None:
    target = Path(app.outdir) / "_static" / "mathjax"
    for part in _PARTS:
        source, copy = _source() / part, target / part
        copy.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, copy, dirs_exist_ok=True)
        else:
            shutil.copyfile(source, copy)
    for script in target.rglob("*.js"):
        text = script.read_text(encoding="utf-8")
        script.write_text(_ELSEWHERE.sub("", text), encoding="utf-8")


def setup(app) -> None:
    """Register this part."""
    app.config.mathjax_path = "mathjax/tex-chtml.js"
    app.connect("builder-inited", _copy)
