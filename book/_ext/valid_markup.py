"""Mend what Sphinx writes that screen readers would read wrongly.

Parameters of a long signature come as a list of definitions without terms, and the
entries of a bibliography as a list without items.
"""

import re

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


def setup(app) -> dict:
    """Register the extension."""
    app.connect("html-page-context", _mend_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
