"""Conventions that every chapter keeps."""

import ast
import json
import re

import pytest
import yaml

from measured.notebooks.build import build_all, paths
from measured.notebooks.myst import blocks, is_hidden, read_cells
from resnet_book import check


@pytest.fixture(scope="module")
def generated(chapters):
    built = build_all()
    assert len(built) == 2 * len(chapters)
    return built


def code_cells(chapter):
    """A chapter's code cells, each with: is it inside a solution?"""
    inside = False
    for cell in read_cells(chapter):
        if cell.cell_type == "code":
            yield cell, inside
            continue
        for block in blocks(cell.source):
            if block.name.startswith("solution-"):
                inside = block.name == "solution-start"


def solution_lines(chapter) -> set[str]:
    """Lines of code that only the solutions of a chapter have."""
    solved, open_ = set(), set()
    for cell, inside in code_cells(chapter):
        (solved if inside else open_).update(map(str.strip, cell.source.split("\n")))
    return {line for line in solved - open_ if len(line) > 12}


def test_every_notebook_is_what_its_chapter_gives(root, generated):
    stale = [
        path.relative_to(root).as_posix()
        for path, text in generated.items()
        if not path.exists() or path.read_text("utf-8") != text
    ]
    assert not stale, f"run make notebooks: {stale}"


def test_every_notebook_has_its_chapter(root):
    found = {*root.glob("chapters/*.ipynb"), *root.glob("chapters/*/*.ipynb")}
    assert {path.stem for path in found} == {p.stem for p in root.glob("chapters/*.md")}


def test_notebooks_hold_no_outputs(generated):
    for text in generated.values():
        for cell in json.loads(text)["cells"]:
            assert not cell.get("outputs") and not cell.get("execution_count")


def test_student_notebooks_hold_no_line_of_a_solution(chapters, generated):
    for chapter in chapters:
        notebook = json.loads(generated[paths(chapter)[False]])
        text = "\n".join("".join(cell["source"]) for cell in notebook["cells"])
        leaked = [line for line in solution_lines(chapter) if line in text]
        assert leaked == []


def test_solution_notebooks_hold_every_line_of_a_solution(chapters, generated):
    for chapter in chapters:
        notebook = json.loads(generated[paths(chapter)[True]])
        text = "\n".join("".join(cell["source"]) for cell in notebook["cells"])
        assert [line for line in solution_lines(chapter) if line not in text] == []


def test_notebooks_have_no_myst_left(generated):
    for path, text in generated.items():
        for cell in json.loads(text)["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "markdown":
                outside = re.sub(r"```.*?```", "", source, flags=re.DOTALL)
                assert not re.search(r"\{[a-z:]+\}`|```\{|:::", outside), path.name


def test_every_link_and_image_of_a_notebook_is_absolute_or_within_it(generated):
    for path, text in generated.items():
        for cell in json.loads(text)["cells"]:
            if cell["cell_type"] == "markdown":
                source = re.sub(r"(`+).*?\1", "", "".join(cell["source"]), flags=re.S)
                found = re.findall(r'\]\(([^)]*)\)|(?:src|href)="([^"]*)"', source)
                for address in (one or other for one, other in found):
                    assert address.startswith(("https://", "#")), (
                        f"{path.name}: {address}"
                    )


def solutions(chapter):
    """(label of its exercise, code) of each solution of a chapter."""
    label = None
    for cell in read_cells(chapter):
        for block in blocks(cell.source) if cell.cell_type == "markdown" else ():
            if block.name == "solution-start":
                label, code = block.argument, []
            if block.name == "solution-end":
                yield label, "\n".join(code)
                label = None
        if cell.cell_type == "code" and label:
            code.append(cell.source)


def test_every_solution_asserts_its_check(chapters):
    for chapter in chapters:
        code = dict(solutions(chapter))
        for label, called in exercises(chapter):
            for name in called:
                check_asserted = rf"^result = check\.{name}\((.|\n)*^assert result$"
                assert re.search(check_asserted, code[label], re.M), label


def test_every_figure_has_a_name_a_caption_and_a_description(chapters):
    for chapter in chapters:
        for cell, _ in code_cells(chapter):
            if is_hidden(cell) or not _draws(cell.source):
                continue
            look = cell.metadata.get("mystnb", {})
            figure, image = look.get("figure", {}), look.get("image", {})
            where = f"{chapter.name}: {cell.source[-60:]!r}"
            assert figure.get("name", "").startswith("fig-"), where
            assert figure.get("caption") and image.get("alt"), where


def _draws(code: str) -> bool:
    """Does a cell end by showing a figure?"""
    body = ast.parse(re.sub(r"^\s*[%!].*$", "", code, flags=re.MULTILINE)).body
    if not body or not isinstance(body[-1], ast.Expr):
        return False
    last = ast.unparse(body[-1])
    return bool(re.match(r"(fig\w*$|(\w+\.)*plots\.|plt\.)", last)) and (
        last != "style.setup()"
    )


def test_no_line_of_code_is_wider_than_a_page_shows(chapters):
    wide = [
        (chapter.stem, line)
        for chapter in chapters
        for cell, _ in code_cells(chapter)
        for line in cell.source.split("\n")
        if len(line) > 88 and not is_hidden(cell)
    ]
    assert not wide


def exercises(chapter):
    """(label, the checks that its cells call) of each exercise of a chapter."""
    label = None
    for cell in read_cells(chapter):
        for block in blocks(cell.source) if cell.cell_type == "markdown" else ():
            if block.name == "exercise-start":
                label, called = block.options["label"], set()
            if block.name == "exercise-end":
                yield label, called
                label = None
        if cell.cell_type == "code" and label:
            called |= set(re.findall(r"\bcheck\.(\w+)\(", cell.source))


def test_no_line_of_prose_begins_as_a_comment(root):
    """MyST leaves out a line that begins with %, be it the rest of a sentence."""
    pages = [*root.glob("chapters/*.md"), *root.glob("book/*.md")]
    assert len(pages) > 12
    lines = [line for page in pages for line in page.read_text("utf-8").splitlines()]
    assert [line for line in lines if re.match(r"\s*%(?![%\w])", line)] == []


def test_labels_of_exercises_say_their_check(chapters):
    found = [pair for chapter in chapters for pair in exercises(chapter)]
    for label, called in found:
        assert called <= {label.removeprefix("ex-").replace("-", "_")}, label
    assert {name for _, called in found for name in called} == set(check.names())


def test_labels_of_solutions_say_their_exercise(chapters):
    for chapter in chapters:
        labels = {label for label, _ in exercises(chapter)}
        for cell in read_cells(chapter):
            for block in blocks(cell.source) if cell.cell_type == "markdown" else ():
                if block.name == "solution-start":
                    solved = block.argument
                    assert solved in labels, chapter.name
                    assert block.options["label"] == f"sol-{solved[3:]}", chapter.name


def test_the_contents_list_only_chapters_that_exist(root):
    toc = yaml.safe_load((root / "_toc.yml").read_text())
    listed = re.findall(r"'file': '(chapters/[^']+)'", repr(toc))
    assert listed
    for name in listed:
        assert (root / f"{name}.md").is_file()
        assert (root / f"{name}.ipynb").is_file()
