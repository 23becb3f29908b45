"""The directive `predict`: a question that the reader answers before the measurement.

    ```{predict} lost-in-training
    :measured: lost_at_2:.0f
    :unit: points
    How many points does it lose?
    ```

What was measured is a variable of a cell, written as in `{glue:text}`. Where there are
`:choices: it grows; it shrinks`, the variable holds one of them, or `:answer:` names
the right one. `predictions.js` makes a form of each box: what readers say is kept in
their browser, and at the chapter's end they see how their predictions did; the landing
page counts them. Without scripts and on paper the question is all there is.

Packages of quizzes ask and mark; none takes its answer from a cell.
"""

import html
import json

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from measured.questions import Question, check_measured, question

_SCRIPT = "predictions.js"
_MADE = '<span class="predictions-made" data-page="{}" data-names="{}"></span>'
_SUMMARY = '<div class="admonition predictions" data-page="{}" hidden></div>'


class _Predict(SphinxDirective):
    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = dict.fromkeys(
        ("measured", "unit", "choices", "answer"), directives.unchanged_required
    )

    def run(self) -> list[nodes.Node]:
        try:
            asked = question(self.arguments[0], self.options)
            text, problems = self._measured(asked)
        except ValueError as error:
            raise self.error(str(error)) from None
        names = self.env.metadata[self.env.docname].setdefault("predict", "").split()
        if asked.name in names:
            raise self.error(f"predict {asked.name}: the page has another of this name")
        self.env.metadata[self.env.docname]["predict"] += f" {asked.name}"
        box = nodes.admonition("", classes=["predict"], ids=[f"predict-{asked.name}"])
        self.set_source_info(box)
        box += nodes.title("", "Predict")
        self.state.nested_parse(self.content, self.content_offset, box)
        box += nodes.raw("", _markup(asked, text, self.env.docname), format="html")
        return [box, *problems]

    def _measured(self, asked: Question) -> tuple[str, list[nodes.Node]]:
        """What was measured, as prose would show it, and what went wrong."""
        if asked.answer:
            return asked.answer, []
        glued = f"{asked.variable}:{asked.form}" if asked.form else asked.variable
        found, problems = self.state.inline_text(f"{{glue:text}}`{glued}`", self.lineno)
        text = "".join(node.astext() for node in found).strip()
        if not problems and text:
            check_measured(asked, text)
        return text, problems


def _markup(asked: Question, text: str, docname: str) -> str:
    """What the script reads: nothing that a reader without it would see."""
    data = {"page": docname, "name": asked.name, "measured": text}
    data |= {"choices": asked.choices} if asked.choices else {"unit": asked.unit}
    shown = html.escape(json.dumps(data, ensure_ascii=False))
    return f'<div class="predict-form" data-question="{shown}"></div>'


def _make_place(app, doctree) -> None:
    """Leave a place for the summary: before the recap, or at the page's end."""
    docname = app.env.docname
    if "predict" not in app.env.metadata[docname]:
        return
    summary = nodes.raw("", _SUMMARY.format(html.escape(docname)), format="html")
    for box in doctree.findall(nodes.admonition):
        if "recap" in box["classes"]:
            box.parent.insert(box.parent.index(box), summary)
            return
    next(doctree.findall(nodes.section)).append(summary)


def made(app, docname: str) -> list[nodes.Node]:
    """A place, on another page, for how many of a page's predictions are made."""
    names = app.env.metadata[docname].get("predict", "").split()
    markup = _MADE.format(html.escape(docname), " ".join(names))
    return [nodes.raw("", markup, format="html")] if names else []


def _add_script(app, pagename, templatename, context, doctree) -> None:
    asks = "predict" in (context.get("meta") or {})
    if asks or "predictions-made" in context.get("body", ""):
        app.add_js_file(_SCRIPT, defer="defer")


def setup(app) -> None:
    """Register this part."""
    app.add_directive("predict", _Predict)
    app.connect("doctree-read", _make_place)
    app.connect("html-page-context", _add_script)
