"""What learners read: kind, short, and never the solution."""

import ast
import inspect
import pathlib
import re
import textwrap

import pytest
from answers import RIGHT

import resnet_book.check
from resnet_book.exercises.hints import all_hints

PACKAGE = pathlib.Path(resnet_book.check.__file__).parent
ROOT = pathlib.Path(__file__).parents[3]


def room_files(room):
    return room.glob("*.py") if room.is_dir() else [room]


def sentences():
    """Every string of the checks that is long enough to be shown, docstrings apart."""
    engine, rooms = PACKAGE.glob("exercises/*.py"), PACKAGE.glob("ch*/exercises*")
    for path in sorted([*engine, *(p for room in rooms for p in room_files(room))]):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docs = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if id(node) not in docs and node.value.count(" ") >= 2:
                    yield path.name, node.value


SENTENCES = list(sentences())
SENTENCES += [(name, hint) for name, found in all_hints().items() for hint in found]


# Looking a constant up is no step of a solution, and a hint says where it is.
HARMLESS = {"jnp.finfo(jnp.float32)"}


def fragments(code):
    """Expressions and assignments of a solution that would give it away."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call | ast.BinOp | ast.Subscript | ast.Assign):
            text = re.sub(r"\s", "", ast.unparse(node))
            if len(text) >= 14 and text not in HARMLESS:
                yield text


def solutions():
    for name, answer in RIGHT:
        if inspect.isfunction(answer) and "<lambda>" not in answer.__qualname__:
            yield name, inspect.getsource(answer)
        elif inspect.isclass(answer):
            yield name, inspect.getsource(answer)
    for path in sorted((ROOT / "chapters").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        for box in re.findall(r"\{solution-start\} (.*?)\{solution-end\}", text, re.S):
            label = box.split("\n")[0]
            for cell in re.findall(r"```\{code-cell\}[^\n]*\n(.*?)```", box, re.S):
                yield label, re.sub(r"^(:\w+:.*|---.*?---)\n", "", cell, flags=re.S)


def test_no_message_contains_code_of_a_solution():
    shown = "\n".join(re.sub(r"\s", "", text) for _, text in SENTENCES)
    assert len(shown) > 10_000
    for name, code in solutions():
        for fragment in fragments(textwrap.dedent(code)):
            found = fragment in shown and re.search(
                rf"(?<!\w){re.escape(fragment)}", shown
            )
            assert not found, f"{name}: {fragment}"


def test_the_search_for_solution_code_can_find_some():
    assert "fan_in=math.prod(shape[:-1])" in set(
        fragments("fan_in = math.prod(shape[:-1])")
    )


@pytest.mark.parametrize(
    "pattern",
    [r"!", r"\b(obviously|simply put|of course|easy|trivial|wrong answer|stupid)\b"],
)
def test_no_message_shouts_or_belittles(pattern):
    for path, text in SENTENCES:
        assert not re.search(pattern, text), (path, text)


AMERICAN = r"\b(normaliz|initializ|optimiz|color|center|behavior|gray|neighbor)\w*"


# Between backticks, in a style's declarations, as a signature.
CODE = r"`[^`]*`|[\w-]+:\S+|^\w+\(.*\)$"


def american(text):
    """The first American spelling in what is prose of a text."""
    return re.search(AMERICAN, re.sub(CODE, "", text), re.IGNORECASE)


def test_no_message_is_spelt_the_american_way():
    assert [(path, text) for path, text in SENTENCES if american(text)] == []


@pytest.mark.parametrize(
    "text",
    ["Take the measurements of gray images.", "Normalize them (their mean is 0)"],
)
def test_the_search_for_american_spellings_can_find_some(text):
    assert american(text)
