"""Which statements of a notebook run for an answer, and which do not."""

import ast

import pytest

from resnet_book.grade import slices


def needed(*cells, exercise="f"):
    """The statements that `check.f(...)` needs, as text."""
    answer = slices.answer(slices.read(cells), exercise)
    return [ast.unparse(statement.node) for statement in answer.needs]


def test_what_the_answer_uses_runs_and_nothing_else():
    cells = (
        "import math\nimport os",
        "a = 1\nb = 2\nwhile True:\n    b += 1",
        "def f(x):\n    return math.sin(x) + a",
        "figure(f)\ncheck.f(f)",
        "a = 3",
    )
    assert needed(*cells) == [
        "import math",
        "a = 1",
        "def f(x):\n    return math.sin(x) + a",
    ]


def test_local_names_need_no_statement():
    assert needed(
        "x = train()", "def f(x):\n    y = x\n    return y", "check.f(f)"
    ) == ["def f(x):\n    y = x\n    return y"]


@pytest.mark.parametrize(
    "change",
    [
        *("a[0] = 1", "a.b = 1", "a.append(1)", "del a[0]"),
        *("for i in r():\n    a[i] = i", "[a.append(v) for v in r()]", "b = a.pop()"),
    ],
)
def test_what_changes_a_needed_object_runs_too(change):
    assert change in needed("a = []", change, "def f():\n    return a", "check.f(f)")


def test_a_call_whose_value_is_used_changes_nothing_that_is_no_container():
    cells = ("a = model()", "losses = a.fit()", "def f():\n    return a", "check.f(f)")
    assert "losses = a.fit()" not in needed(*cells)


def test_above_the_check_is_all_but_other_checks():
    cells = (
        "a = 1",
        "check.g(a)",
        "b = check.g(a)",
        "def f(): ...",
        "check.f(f)",
        "b = 1",
    )
    above = slices.answer(slices.read(cells), "f").above
    assert [ast.unparse(s.node) for s in above] == ["a = 1", "def f():\n    ..."]


def test_calls_of_modules_do_not_run():
    cells = ("import jax", "jax.profile()", "def f():\n    return jax", "check.f(f)")
    assert "jax.profile()" not in needed(*cells)


def test_helpers_may_stand_below_the_function_that_calls_them():
    cells = ("def f():\n    return g()", "def g():\n    return 1", "check.f(f)")
    assert len(needed(*cells)) == 2


def test_classes_bring_their_bases_and_star_imports_always_run():
    cells = ("from math import *", "class A: ...", "class B(A): ...", "check.f(B)")
    assert len(needed(*cells)) == 3


def test_the_last_check_counts():
    cells = ("def f(): ...", "check.f(f)", "def g(): ...", "check.f(answer=g)")
    assert needed(*cells) == ["def g():\n    ..."]


def test_without_the_check_the_name_of_the_exercise_counts():
    assert needed("def f(): ...") == ["def f():\n    ..."]
    assert slices.answer(slices.read(["x = 1"]), "f").value is None


@pytest.mark.parametrize(
    "line",
    [
        *("%pip install x", "!ls", "files = !ls", "jnp.mean?", "if f:\n    %time f"),
        *(
            "?print",
            "??print",
            "print?  # what was it?",
            "!pip install \\\n  x \\\n  y",
        ),
        "files = !ls \\\n  x",
    ],
)
def test_lines_for_ipython_alone_are_left_out(line):
    notebook = slices.read([f"{line}\nf = 1"])
    assert not notebook.broken
    assert "f" in notebook.statements[-1].binds


@pytest.mark.parametrize(
    ("line", "python"),
    [
        ("%time f = 1", "f = 1"),
        ("g = %time 1", "g = 1"),
        ("if g:\n    %time  f(g)", "if g:\n    f(g)"),
        ("%time", "pass"),
        ("%timeit f = 1", "pass"),
    ],
)
def test_what_is_timed_is_kept(line, python):
    notebook = slices.read([f"{line}\n!ls"])
    assert ast.unparse(notebook.statements[0].node) == python


@pytest.mark.parametrize("cell", ["a = '\0'", "a = " + "-" * 100_000 + "1"])
def test_a_cell_that_python_stumbles_over_leaves_the_others(cell):
    notebook = slices.read([cell, "g = 1"])
    assert (len(notebook.broken), len(notebook.statements)) == (1, 1)


def test_cells_in_other_languages_are_left_out_and_timed_ones_read():
    assert slices.read(["%%bash\nls -l"]) == ([], [])
    assert needed("%%time\ndef f(): ...", "check.f(f)") == ["def f():\n    ..."]


def test_python_that_only_looks_like_ipython_is_kept():
    text = 'def f(a):\n    """%d\n    ready?\n    """\n    return (a\n% 2)'
    assert not slices.read([text]).broken
    assert slices.read([text]).statements[0].code.co_consts[0].co_consts[0] == (
        "%d\n    ready?\n    "
    )


def test_a_cell_that_does_not_parse_leaves_the_others():
    notebook = slices.read(["def f(:", "g = 1"])
    assert [error.filename for error in notebook.broken] == ["<cell 1>"]
    assert len(notebook.statements) == 1
