"""Keep together what a line must not end between, and give numbers a minus sign.

- A formula and the punctuation or ending behind it: MathJax makes a box of each
  formula, and browsers may break a line on both sides of a box.
- A number and its per cent sign, and the sides of `14 × 14`.
- An interval in a cell's table: `(−0.77 to −0.02, n = 5)`.
- A name with a number behind its hyphen, `ResNet-20`: a hyphen of another kind would
  look alike, and nobody would find the name by what they type.
- A glued number below zero has a hyphen from Python.

No package does this: it is about how browsers treat MathJax's boxes.
"""

import re

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

_BEHIND = re.compile(r"[^\s\w][^\s]{0,3}(?=\s|$)")
_UNIT = re.compile(r"(?:^|(?<=\d)) (?=%)")
_SIDES = re.compile(r"(?<=\d) × (?=\d)")
_INTERVAL = re.compile(r"\([^()<>]* to [^()<>]*\bn\xa0=[^()<>]*\)")
_NAME = re.compile(r"\b(?:[^\W\d]\w*-)+\d[\w-]*\b")
_CELL = re.compile(r"(?<=<t[dh]>)[^<>]+")  # of a table that a cell puts out
_TOGETHER = r'<span class="together">\g<0></span>'
_BELOW_ZERO, _GLUED = re.compile(r"^-(?=[\d.])"), "pasted-text"
_AS_WRITTEN = (nodes.literal, nodes.math, nodes.raw, nodes.FixedTextElement)


def set_well(document: nodes.Node) -> None:
    """Replace spaces and hyphens and group nodes in `document`, in place."""
    for text in list(document.findall(nodes.Text)):
        if isinstance(text.parent, _AS_WRITTEN):
            continue
        better = _SIDES.sub("\xa0×\xa0", _UNIT.sub("\xa0", text))
        if isinstance(text.parent, nodes.inline) and _GLUED in text.parent["classes"]:
            better = _BELOW_ZERO.sub("−", better)
        pieces = _names_apart(better)
        if pieces and pieces != [text]:
            text.parent.replace(text, pieces)
    for raw in list(document.findall(nodes.raw)):
        whole = _INTERVAL.sub(lambda m: m[0].replace(" ", "\xa0"), raw.astext())
        whole = _CELL.sub(lambda m: _NAME.sub(_TOGETHER, m[0]), whole)
        if raw.get("format") == "html" and whole != raw.astext():
            raw.replace_self(nodes.raw("", whole, **raw.attributes))
    for formula in list(document.findall(nodes.math)):
        parent, place = formula.parent, formula.parent.index(formula)
        behind = parent[place + 1] if place + 1 < len(parent) else None
        match = isinstance(behind, nodes.Text) and _BEHIND.match(behind)
        if not match:
            continue
        parent[place + 1] = nodes.Text(behind[match.end() :])
        ending = nodes.Text(match[0])
        parent[place] = nodes.inline("", "", formula, ending, classes=["together"])


def _names_apart(text: str) -> list[nodes.Node]:
    """Return a text in pieces, of which each name is one; an address may break."""
    if "://" in text:
        return [nodes.Text(text)]
    pieces, end = [], 0
    for name in _NAME.finditer(text):
        pieces += [nodes.Text(text[end : name.start()])] * (name.start() > end)
        pieces.append(nodes.inline("", name[0], classes=["together"]))
        end = name.end()
    return [*pieces, nodes.Text(text[end:])] if end < len(text) else pieces


class Typography(SphinxPostTransform):
    """Apply `set_well` to every page."""

    default_priority = 700
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        """Transform the document."""
        set_well(self.document)


def setup(app) -> None:
    """Register this part."""
    app.add_post_transform(Typography)
