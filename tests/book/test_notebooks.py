"""The notebooks that are made from chapters."""

import json

import pytest
from tiny_pages import CHAPTER
from tiny_pages import code_cell as code

from measured import repository
from measured.notebooks import build
from measured.notebooks.__main__ import ours
from measured.notebooks.index import Book
from measured.notebooks.myst import AuthoringError

BASE = "https://github.com/owner/name"
PAGES = "https://owner.github.io/name"


def test_a_label_used_twice_is_refused(write):
    write("(ch-other)=\n## Mine")
    with pytest.raises(AuthoringError, match="used twice"):
        Book()


def test_the_place_of_a_mistake_is_the_chapters_file(write):
    chapter = write("{strange}`x`")
    with pytest.raises(AuthoringError, match=r"^03_tiny\.md: "):
        build.notebook(Book(), chapter, with_solutions=False)


@pytest.mark.parametrize("source", [code("a = ("), "```{hints} nobody\n```"])
def test_a_slip_of_the_author_is_told_with_the_chapters_name(write, source):
    chapter = write(source)
    with pytest.raises(AuthoringError, match=r"^03_tiny\.md: "):
        build.notebook(Book(), chapter, with_solutions=False)


def test_a_readers_own_notebook_is_not_ours(write, tmp_path):
    chapter = write("x")
    text = build.notebook(Book(), chapter, with_solutions=False)
    for name, is_ours in (("03_tiny.ipynb", True), ("03_tiny_mine.ipynb", False)):
        (tmp_path / name).write_text(text)
        assert ours(tmp_path / name) is is_ours
    (tmp_path / "03_tiny.ipynb").write_text("{")
    assert not ours(tmp_path / "03_tiny.ipynb")


def cells(chapter, *, with_solutions=False):
    text = build.notebook(Book(), chapter, with_solutions=with_solutions)
    return json.loads(text)["cells"]


EXERCISE = "## An exercise" + CHAPTER.split("## The exercise")[1]


def test_the_student_gets_stub_and_hints_and_the_way_to_the_solution(write):
    text = "\n".join("".join(c["source"]) for c in cells(write(EXERCISE)))
    assert "def say() -> int:\n    return ..." in text
    assert f"[the solution]({PAGES}/chapters/03_tiny.html#sol-say)" in text
    assert "# After the solution." in text
    assert "secret" not in text


def test_the_solution_notebook_has_everything(write):
    notebook = cells(write(EXERCISE), with_solutions=True)
    text = "\n".join("".join(cell["source"]) for cell in notebook)
    assert "**Solution to Exercise 3.1**" in text
    assert "secret_prose" in text and "secret_code" in text


def test_a_solution_that_does_not_end_is_refused(write):
    chapter = write(EXERCISE.replace("{solution-end}", "{solution-start} ex-say"))
    with pytest.raises(AuthoringError, match="with no partner"):
        cells(chapter)


def test_cells_for_the_build_are_left_out(write):
    notebook = cells(write(code("glue(1)", ":tags: [remove-cell]\n\n") + code("shown")))
    sources = ["".join(cell["source"]) for cell in notebook]
    assert "shown" in sources and "glue(1)" not in sources


def test_a_visible_cell_cannot_need_the_books_tools(write):
    with pytest.raises(AuthoringError, match="needs the tag remove-cell"):
        cells(write(code("from myst_nb import glue")))


def test_the_first_cells_are_title_badge_and_installation(write):
    title, first = cells(write("Text."))[:2]
    assert "".join(title["source"]).startswith("# 3. Title\n\n[![Open in Colab]")
    assert f'"resnet-lib @ git+{BASE}@v' in "".join(first["source"])


def test_a_chapter_that_streams_installs_what_reads_streams(write):
    _, first = cells(write(code("from resnet_lib.data import stream")))[:2]
    assert f'"resnet-lib[stream] @ git+{BASE}@v' in "".join(first["source"])


def test_a_notebook_asks_colab_for_a_tpu_and_has_no_outputs(write):
    chapter = write("x")
    notebook = json.loads(build.notebook(Book(), chapter, with_solutions=False))
    assert notebook["metadata"]["accelerator"] == "TPU"
    assert notebook["metadata"]["colab"]["name"] == "03_tiny.ipynb"
    assert notebook["metadata"]["colab"]["toc_visible"] is True
    code_cells = [c for c in notebook["cells"] if c["cell_type"] == "code"]
    assert code_cells and all(c["outputs"] == [] for c in code_cells)
    assert all(c["execution_count"] is None for c in code_cells)


def test_a_new_cell_leaves_the_identifiers_of_the_others(write):
    before = {c["id"] for c in cells(write(code("a") + "text\n\n" + code("b")))}
    after = {c["id"] for c in cells(write(code("a") + code("new") + code("b")))}
    assert len(before & after) == 4  # title, installation, a, b
    assert len(before) == 5


def test_the_address_is_filled_in(write):
    notebook = cells(write("clone {{repository}}"))
    assert f"clone {BASE}" in "".join(notebook[2]["source"])


def test_a_chapter_that_is_not_in_the_contents_is_a_draft(write):
    chapter = write("{strange}`x`")
    draft = chapter.rename(chapter.with_name("07_draft.md"))
    contents = repository.ROOT / "_toc.yml"
    contents.write_text(
        contents.read_text().replace("  - file: chapters/03_tiny\n", "")
    )
    assert draft.with_suffix(".ipynb") not in build.build_all()
    with pytest.raises(AuthoringError, match="07_draft"):
        build.build_all([draft])


LOSS = code("loss = 1.0") + "\nloss {glue:text}`loss:.2f`\n"


def test_a_cell_before_the_text_prints_the_numbers_that_it_names(write):
    printing, text = ("".join(cell["source"]) for cell in cells(write(LOSS))[-2:])
    assert printing.endswith('\nprint(f"{loss = :.2f}")')
    assert text == "loss `loss`"


def test_a_number_that_comes_later_is_to_be_found_in_the_book(write):
    text = "".join(cells(write("early {glue:text}`loss:.2f`\n\n" + LOSS))[2]["source"])
    assert text == f"early [(see the book)]({PAGES}/chapters/03_tiny.html)"


def test_a_number_of_a_solution_is_not_printed_for_the_student(write):
    chapter = EXERCISE.replace("secret_prose", "secret {glue:text}`loss:.2f`")
    sources = ["".join(c["source"]) for c in cells(write(code("loss = 1") + chapter))]
    assert not any("print(" in source for source in sources[2:])
