"""MyST, as the notebooks show it."""

import re

import pytest
from tiny_pages import code_cell as code

from measured.notebooks.index import Book
from measured.notebooks.markdown import Converter
from measured.notebooks.myst import AuthoringError

BASE = "https://github.com/owner/name"
PAGES = "https://owner.github.io/name"


@pytest.fixture
def convert(write):
    """`convert(source)`: Markdown as the student's notebook has it."""

    def convert(source, *, cells="", with_solutions=False):
        write(f"{cells}\n\n{source}")
        book = Book()
        page = book.pages["chapters/03_tiny"]
        converter = Converter(book, page, with_solutions=with_solutions)
        return converter.convert(source)

    return convert


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("plain *text* with `code`", "plain *text* with `code`"),
        ("inline $x^2$ stays", "inline $x^2$ stays"),
        ("{math}`x^2`", "$x^2$"),
        ("H{sub}`2`O", "H<sub>2</sub>O"),
        ("press {kbd}`a`", "press <kbd>a</kbd>"),
        ("{py:func}`~resnet_lib.create_model`", "`create_model`"),
        ("{file}`book/code.py`", "`book/code.py`"),
        ("{effort}`2, 15 min`", "**●●○ 15 min**"),
        ("{ref}`ch-other`", f"[Another]({PAGES}/chapters/05_other.html#ch-other)"),
        (
            "{ref}`that <sec-other>`",
            f"[that]({PAGES}/chapters/05_other.html#sec-other)",
        ),
        (
            "{numref}`sec-other`",
            f"[Section 5.1]({PAGES}/chapters/05_other.html#sec-other)",
        ),
        (
            "{eq}`eq-other`",
            f"[(5.1)]({PAGES}/chapters/05_other.html#equation-eq-other)",
        ),
        ("{doc}`05_other`", f"[Another]({PAGES}/chapters/05_other.html)"),
        ("[it](05_other.md)", f"[it]({PAGES}/chapters/05_other.html)"),
        ("[it](../book/code.py)", f"[it]({BASE}/blob/main/book/code.py)"),
        ("[it](https://a.org/b.md)", "[it](https://a.org/b.md)"),
        (
            "{term}`batch norm`",
            f"[batch norm]({PAGES}/book/glossary.html#term-batch-norm)",
        ),
        (
            "{cite:t}`xie2017aggregated`",
            "[Xie et al. (2017)](https://arxiv.org/abs/1611.05431)",
        ),
        (
            "{cite:p}`ioffe2015batch,williams2009roofline`",
            "([Ioffe and Szegedy, 2015](https://arxiv.org/abs/1502.03167); "
            "[Williams et al., 2009](https://doi.org/10.1145/1498765.1498785))",
        ),
        ("a\n% a comment\nb", "a\nb"),
        ("```{note}\nLook.\n```", "> **Note**\n>\n> Look."),
        (
            ":::{admonition} Try {math}`x`\n:class: predict\nLook.\n\nAgain.\n:::",
            "> **Try $x$**\n>\n> Look.\n>\n> Again.",
        ),
        (
            "````{note}\n```{tip}\nInner.\n```\n````",
            "> **Note**\n>\n> > **Tip**\n> >\n> > Inner.",
        ),
        (":::{tip}\nColons.\n:::", "> **Tip**\n>\n> Colons."),
        (
            "```{dropdown} Hint 1\nBody.\n```",
            "<details>\n<summary>Hint 1</summary>\n\nBody.\n\n</details>",
        ),
        (
            "- item\n\n  ```{note}\n  Inside.\n  ```\n- next",
            "- item\n\n  > **Note**\n  >\n  > Inside.\n- next",
        ),
        (
            "$$\ny = x\n$$ (eq-here)",
            '<a id="eq-here" name="eq-here"></a>\n\n$$\ny = x \\tag{3.1}\n$$',
        ),
        ("\\begin{align*}\na\n\\end{align*}", "\\begin{align*}\na\n\\end{align*}"),
        ("```{math}\ny = x\n```", "$$\ny = x\n$$"),
        (
            "```{figure} ../book/_static/logo.svg\n"
            ":name: fig-a\n:alt: Logo\n\nSeen.\n```",
            "![Logo](https://raw.githubusercontent.com/owner/name/main/book/_static/logo.svg?sanitize=true)\n\n"
            '<a id="fig-a" name="fig-a"></a>**Figure 3.1.** Seen.',
        ),
        (
            "```{table} Sizes\n:name: tab-a\n\n| a |\n|---|\n| {math}`b` |\n```",
            '<a id="tab-a" name="tab-a"></a>**Table 3.1.** Sizes\n\n'
            "| a |\n|---|\n| $b$ |",
        ),
        ("```{code-block} shell\nmake book\n```", "```shell\nmake book\n```"),
        (
            "```{literalinclude} ../book/code.py\n:pyobject: f\n```",
            f"From [book/code.py]({BASE}/blob/main/book/code.py):\n\n"
            "```python\ndef f():\n    return 1\n```",
        ),
        (
            '```{literalinclude} ../book/code.py\n:start-at: "x ="\n```',
            f"From [book/code.py]({BASE}/blob/main/book/code.py):\n\n"
            "```python\nx = 2\n```",
        ),
        ("```python\n{ref}`not a role`\n```", "```python\n{ref}`not a role`\n```"),
        ("clone {{repository}}", "clone {{repository}}"),
    ],
)
def test_myst_becomes_plain_markdown(convert, source, expected):
    assert convert(source) == expected


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("```{mermaid}\na-->b\n```", "the directive {mermaid} is unknown"),
        ("{strange}`x`", "the role {strange} is unknown"),
        ("{ref}`nowhere`", "nothing has the label 'nowhere'"),
        ("{cite:t}`nobody1999`", "'nobody1999' is not in references.bib"),
        ("{glue:text}`loss:.2f`", "no visible cell defines a variable"),
        ("[x](gone.md)", "leads to 'gone.md', which does not exist"),
        ("{effort}`hard`", "write it as `2, 15 min`"),
        ("\\begin{align}\na &= b\n\\end{align}", "an equation with no label"),
        (
            "```{literalinclude} ../book/code.py\n:pyobject: gone\n```",
            "cannot include book/code.py",
        ),
        ("> ```{note}\n> x\n> ```", "a directive inside a quotation"),
    ],
)
def test_what_a_notebook_cannot_show_is_refused(convert, source, complaint):
    with pytest.raises(ValueError, match=re.escape(complaint)):
        convert(source)


def test_glued_numbers_become_the_variables_name(convert):
    text = convert("loss {glue:text}`loss:.2f`", cells=code("loss = 1.0"))
    assert text == "loss `loss`"


def test_a_number_glued_from_a_hidden_cell_is_refused(convert):
    hidden = code("loss = 1.0", ":tags: [remove-cell]\n\n")
    with pytest.raises(AuthoringError, match="no visible cell"):
        convert("{glue:text}`loss:.2f`", cells=hidden)
