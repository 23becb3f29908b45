"""Small helps on every page: glossary on hover, problem reports, search.

- A link to a glossary term carries the term's definition, which the style shows while
  the link is pointed at or has the focus.
- The theme's *Open issue* button opens the form `.github/ISSUE_TEMPLATE/problem.yml`,
  the page's name filled in.
- The link in a solution's title begins with its first letter, not with a space.
- Pages opened as files cannot read one another, so there the search lists titles alone.
  Elsewhere it shows prose of what it finds (`found.js`).

sphinx-tippy shows definitions too, with scripts from another host.
"""

import html
import re
from functools import partial
from urllib.parse import quote

from docutils import nodes

from measured import repository

_TERM = re.compile(r'<a class="reference internal" href="([^"]*)#(term-[^"]+)"')
_SOLUTION = re.compile(r'(Solution to)(<a class="reference internal"[^>]*>) ')
_NO_SUMMARY = (
    'if (location.protocol === "file:") '
    "DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;"
)


def definitions(doctree: nodes.document) -> dict[str, str]:
    """Return what each term of a glossary means, by the anchor of its entry."""
    found = {}
    for item in doctree.findall(nodes.definition_list_item):
        text = next(iter(item.findall(nodes.definition))).astext()
        for term in item.findall(nodes.term):
            found.update(dict.fromkeys(term["ids"], " ".join(text.split())))
    return found


def _define(meanings: dict[str, str], match: re.Match) -> str:
    meaning = meanings.get(match[2])
    if meaning is None:
        return match[0]
    return f'{match[0]} data-definition="{html.escape(meaning)}"'


def _problem_address(pagename: str) -> str:
    form = "template=problem.yml&labels=page&title=" + quote(f"{pagename}: ")
    return f"{repository.address()}/issues/new?{form}&page={quote(pagename)}"


def _help(app, pagename, templatename, context, doctree) -> None:
    if "body" in context:
        context["body"] = _SOLUTION.sub(r"\1 \2", context["body"])
    if "body" in context and "book/glossary" in app.env.found_docs:
        meanings = definitions(app.env.get_doctree("book/glossary"))
        context["body"] = _TERM.sub(partial(_define, meanings), context["body"])
    for group in context.get("header_buttons", []):
        for button in group.get("buttons", []):
            if button.get("label") == "source-issues-button":
                button["url"] = _problem_address(pagename)
                button["text"], button["tooltip"] = "Report a problem", "Open a form"
    if pagename == "search":
        app.add_js_file(None, body=_NO_SUMMARY)
        app.add_js_file("found.js", defer="defer")


def setup(app) -> None:
    """Register this part."""
    # The theme makes its buttons at 501.
    app.connect("html-page-context", _help, priority=900)
