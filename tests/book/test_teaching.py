"""The page for lecturers speaks of what there is."""

import re

import pytest

from resnet_book.grade import verdicts


@pytest.fixture(scope="module")
def page(root):
    return (root / "book" / "teaching.md").read_text("utf-8")


def test_sections_are_called_as_in_the_chapters(root, page):
    headings = {
        line.lstrip("#").strip()
        for path in root.glob("chapters/*.md")
        for line in path.read_text("utf-8").splitlines()
        if line.startswith("##")
    }
    plans = page[page.index("## Three plans") : page.index("## What to demonstrate")]
    named = set(re.findall(r'"([^"]+)"', plans))
    assert len(named) > 20
    assert named <= headings


def test_every_verdict_of_the_grader_is_explained(page):
    words = {value for name, value in vars(verdicts).items() if name.isupper()}
    assert len(words) == 8
    table = page[page.index("| verdict |") :]
    assert {word for word in words if f"`{word}`" not in table} == set()
