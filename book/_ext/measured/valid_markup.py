"""Mend what Sphinx, its extensions and the theme write that is not right in a page.

Parameters of a long signature come as a list of definitions without terms, and the
entries of a bibliography as a list without items: screen readers would read both
wrongly. The contents of all exercises share an id, and those of all solutions another.
Links that open a new tab give it the hold on this one that `noopener` takes away.

It goes when Sphinx, the theme and their packages write valid pages themselves.
"""

import re
from pathlib import Path

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

_SHARED_IDS = {"exercise-content", "solution-content"}
_NEW_TAB = re.compile(r"""<a\b[^>]*\btarget=["']?_blank[^>]*>""", re.IGNORECASE)
_REL = re.compile(r"""(?<=\s)rel=(["'])(.*?)\1""", re.IGNORECASE)
_PARAMETERS = re.compile(r"<dl>\n((?:<dd>.*</dd>\n)+)</dl>")


def mend(body: str) -> str:
    """Return a page's markup with both put right."""
    body = _PARAMETERS.sub(_lines, body)
    return body.replace('role="doc-biblioentry"', 'role="listitem"')


def _lines(match: re.Match) -> str:
    lines = match[1].replace("<dd>", '<span class="sig-line">')
    return lines.replace("</dd>", "</span>")


def _mend_page(app, pagename, templatename, context, doctree) -> None:
    if "body" in context:
        context["body"] = mend(context["body"])


class DropSharedIds(SphinxPostTransform):
    """Leave an exercise's contents without the id that all contents have."""

    default_priority = 500
    formats = ("html",)

    def run(self, **_kwargs) -> None:
        """Take the ids from this page's exercises and solutions."""
        for section in self.document.findall(nodes.section):
            section["ids"] = [i for i in section["ids"] if i not in _SHARED_IDS]


def let_go(page: str) -> str:
    """Return a page whose links to a new tab all have `rel="noopener"`."""
    return _NEW_TAB.sub(_with_noopener, page)


def _with_noopener(link: re.Match) -> str:
    rel = _REL.search(link[0])
    if rel is None:
        return f'{link[0][:2]} rel="noopener"{link[0][2:]}'
    if "noopener" in rel[2].lower().split():
        return link[0]
    return _REL.sub(r"rel=\1\2 noopener\1", link[0])


def _mend_links(app, error) -> None:
    if error or app.builder.format != "html":
        return
    for path in Path(app.outdir).rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        path.write_text(let_go(text), encoding="utf-8")


def setup(app) -> None:
    """Register this part."""
    app.add_post_transform(DropSharedIds)
    app.connect("html-page-context", _mend_page)
    app.connect("build-finished", _mend_links)
