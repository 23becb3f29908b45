"""Put SVG figures into the page, in the colours of the reader's theme.

A figure that a cell draws stands on white in the fixed colours of
`resnet_book.figures.style.COLORS`. In the page those colours become CSS variables, so
that the same figure reads well in light and dark, and its text takes the page's
font. The text stays searchable and the figure keeps its description for screen
readers. Themes and packages show one of two pictures instead.

The narrow drawing that a figure brings (`resnet_book.figures.shown`) stands beside it,
and figures.css shows the one that fits.
"""

import hashlib
import re
from pathlib import Path
from xml.etree import ElementTree as ET

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from measured import small_pictures
from resnet_book.figures.style import COLORS, PAPER, WIDTH, WORDS

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_HREFS = ("href", f"{{{_XLINK}}}href")
_URL = re.compile(r"url\(#([^)]+)\)")
_FAMILY = re.compile(r"font-family:(?![^;]*monospace)[^;]*;?\s*")
_LENGTH = re.compile(r"([\d.]+)(pt|px)?")
_PX_PER_PT = 4 / 3
_FULL = 0.93 * 96 * WIDTH  # a figure of so many pixels fills the column

ET.register_namespace("", _SVG)
ET.register_namespace("xlink", _XLINK)

_VARIABLES = {color.light: f"var(--fig-{role})" for role, color in COLORS.items()}
_KNOWN_COLOR = re.compile("|".join(_VARIABLES), re.IGNORECASE)


def stylesheet() -> str:
    """Return the CSS that gives every figure colour its value in both themes."""
    light = "".join(f"--fig-{role}:{c.light};" for role, c in COLORS.items())
    dark = "".join(f"--fig-{role}:{c.dark};" for role, c in COLORS.items())
    light += "".join(f"--fig-{role}-words:{color};" for role, color in WORDS.items())
    dark += "".join(f"--fig-{role}-words:var(--fig-{role});" for role in WORDS)
    return f":root{{{light}}}\n@media screen{{html[data-theme=dark]{{{dark}}}}}\n"


def _themed(text: str) -> str:
    """Replace the figure colours in a style or a paint attribute."""
    return _KNOWN_COLOR.sub(lambda m: _VARIABLES[m[0].lower()], text)


def _pixels(length: str) -> float:
    number, unit = _LENGTH.fullmatch(length).groups()
    return float(number) * (_PX_PER_PT if unit == "pt" else 1.0)


def _drop(root: ET.Element, unwanted) -> None:
    for parent in root.iter():
        for child in list(parent):
            if unwanted(child):
                parent.remove(child)


def _leaks(element: ET.Element) -> bool:
    """Is this something that would reach beyond the figure, or weighs for nothing?"""
    if element.tag == f"{{{_SVG}}}metadata":
        return True
    # Matplotlib styles "*": in a page that is every icon.
    is_style = element.tag == f"{{{_SVG}}}style"
    return is_style and (element.text or "").lstrip().startswith("*")


def inline(svg: str, alt: str, prefix: str) -> str:
    """Return an SVG file's text as markup for the page: one drawing, or two widths.

    Args:
        svg: the file.
        alt: what the figure shows, for those who cannot see it.
        prefix: put before every identifier, to keep figures of a page apart.
    """
    root = ET.fromstring(svg)
    narrow = root.find(f"{{{_SVG}}}metadata[@class='narrow']/{{{_SVG}}}svg")
    _drop(root, _leaks)
    if narrow is None:
        return _markup(root, alt, prefix)
    root.set("class", f"wide {root.get('class', '')}".rstrip())
    narrow.set("class", "narrow")
    return _markup(root, alt, prefix) + _markup(narrow, alt, f"{prefix}n")


def file_of(app, image: nodes.image) -> Path | None:
    """Return the SVG file that an image of a page shows, if it is one."""
    path = Path(app.srcdir, image["uri"].lstrip("/"))
    return path if path.suffix == ".svg" else None


def thumbnail(svg: str, prefix: str) -> str:
    """Return the wide drawing of an SVG file as markup, without its words."""
    root = ET.fromstring(svg)
    _drop(root, lambda each: _leaks(each) or each.tag == f"{{{_SVG}}}text")
    root.set("width", "240")  # the style sheet sizes it; it does not fill the column
    return (
        f'<div class="thumbnail" aria-hidden="true">{_markup(root, "", prefix)}</div>'
    )


def _markup(root: ET.Element, alt: str, prefix: str) -> str:
    background = root.find(f".//{{{_SVG}}}g[@id='patch_1']/{{{_SVG}}}path")
    if background is not None and PAPER in background.get("style", ""):
        background.set("style", "fill:none")
    seen = set()
    for element in root.iter():
        if element.tag == f"{{{_SVG}}}style":
            element.text = _themed(element.text or "")
        # Matplotlib names a picture by its pixels, so equal ones share a name.
        if (identifier := element.get("id")) in seen:
            del element.attrib["id"]
        elif identifier is not None:
            seen.add(identifier)
        for name, value in element.attrib.items():
            if name == "id":
                value = f"{prefix}-{value}"
            elif name in _HREFS and value.startswith("#"):
                value = f"#{prefix}-{value[1:]}"
            elif name in _HREFS:
                value = small_pictures.smaller(value)
            elif name == "style":
                value = _FAMILY.sub("", _themed(value))
            elif name in ("fill", "stroke", "stop-color"):
                value = _themed(value)
            element.set(name, _URL.sub(rf"url(#{prefix}-\1)", value))
    width = _pixels(root.attrib.pop("width"))
    root.attrib.pop("height")
    full = width > _FULL
    classes = ["themed-figure", root.get("class", ""), "full" if full else ""]
    root.set("class", " ".join(filter(None, classes)))
    size = "" if full else f"width:{width:.0f}px;"
    root.set("style", f"{size}stroke-linejoin:round")
    root.set("role", "img")
    root.set("aria-label", alt)
    return ET.tostring(root, encoding="unicode")


class InlineFigures(SphinxPostTransform):
    """Replace images that are SVG files by their markup."""

    default_priority = 500  # after MyST-NB has chosen among a cell's outputs
    formats = ("html",)

    def run(self, **_kwargs) -> None:
        """Replace every SVG image of this page."""
        for number, image in enumerate(list(self.document.findall(nodes.image))):
            path = file_of(self.app, image)
            if path is None:
                continue
            svg = path.read_text(encoding="utf-8")
            # A page may show one file twice, from one line.
            place = f"{self.env.docname}:{number}"
            prefix = "f" + hashlib.sha256(place.encode()).hexdigest()[:8]
            markup = inline(svg, image.get("alt", ""), prefix)
            box = f'<div class="themed-figure-box">{markup}</div>'
            image.replace_self(nodes.raw("", box, format="html"))


def _write_stylesheet(app) -> None:
    target = Path(app.outdir) / "_static" / "figure-colors.css"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(stylesheet(), encoding="utf-8")


def setup(app) -> None:
    """Register this part."""
    app.add_post_transform(InlineFigures)
    app.add_css_file("figure-colors.css")
    app.connect("builder-inited", _write_stylesheet)
