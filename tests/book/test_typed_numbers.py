"""No measured number is typed: prose takes its numbers from cells, records or papers.

Whatever reads like a measurement in a chapter's prose (a decimal, or a number followed
by a unit) has to be glued, stand in a paragraph with a citation or in a table "as
published", or be excused below.
"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHAPTERS = [*sorted(ROOT.glob("chapters/*.md")), ROOT / "book" / "teaching.md"]

MEASUREMENT = re.compile(
    r"(?<![\w.,])(\d[\d,]*\.\d+(?!\w)"
    r"|\d[\d,.]*(?= ?(?:%|per cent|seconds?\b|minutes?\b|m?s\b|µs\b|times\b|GFLOP"
    r"|GB/s|points?\b)))"
)

# What is set or supposed rather than measured, by chapter.
EXCUSED = {
    "01": [
        *["over 4,000 points", "In section 4.1, on", "the five is above 80 %"],
        *["in brackets are 95 % intervals", "together with 95 % confidence"],
    ],
    "02": [
        *["over the 256 points", "section 4.2 the", "that begins at 0.1"],
        *["mean accuracy is above 80 %", "more than 5 points lower"],
    ],
    "03": ["mean accuracy is above 79 %"],
    "06": ["[Flax 0.11]", "with 80 %, 80 % are right"],
    "09": [
        "takes 90 ms for a batch, a step takes 40 ms",
        "reads **6 GB/s**: the 12 GB of shards pass in 2 s",
        "rated at 0.5 GB/s",
        "gives 6 GB/s",
        "passes in 2 s",
        "reads 6 GB/s too",
        "hands on 6 GB/s",
        "of 60 ms and 25 ms",
        "Version 5.2 empties half",
    ],
}

NOT_PROSE = (None, "{code-cell}", "{literalinclude}", "{math}", "{code-block}")


def typed(text: str) -> list[str]:
    """The paragraphs of a chapter that seem to hold a typed measurement."""
    paragraphs = re.split(r"\n\s*\n", _prose(text))
    return [
        " ".join(paragraph.split())
        for paragraph in paragraphs
        if MEASUREMENT.search(paragraph) and "CITED" not in paragraph
    ]


def _prose(text):
    text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.S)
    kept, fences = [], []
    for line in text.splitlines():
        fence = re.match(r"(`{3,})(\{[\w:-]+\})?", line)
        if fence and fences and not fence[2] and len(fence[1]) == len(fences[-1][0]):
            fences.pop()
        elif fence and not (fences and fences[-1][1]):
            skip = fence[2] in NOT_PROSE or "as published" in line
            fences.append((fence[1], skip))
        elif not (fences and fences[-1][1]):
            kept.append(line)
            continue
        kept.append("")
    text = "\n".join(kept)
    text = re.sub(r"\$\$.*?\$\$", "", text, flags=re.S)
    text = re.sub(r"\{cite\S*\}`[^`]*`", "CITED", text)
    return re.sub(r"\{[\w:]+\}`[^`]*`|\$[^$]*\$|`[^`]*`", "VALUE", text)


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_no_chapter_types_a_measured_number(chapter):
    excuses = EXCUSED.get(chapter.stem[:2], [])
    text = chapter.read_text()
    for excuse in excuses:
        assert excuse in " ".join(text.split()), f"nothing to excuse: {excuse}"
    found = []
    for paragraph in typed(text):
        for excuse in excuses:
            paragraph = paragraph.replace(excuse, "")
        if MEASUREMENT.search(paragraph):
            found.append(paragraph)
    assert not found, "glue these numbers or cite their source: " + "; ".join(found)


@pytest.mark.parametrize(
    "sentence",
    [
        "The network reaches 92.1 % of the test images.",
        "A step takes 130 ms on two cores.",
        "It is 17 times faster.",
        "The loss falls to 0.43 in the end.",
    ],
)
def test_a_typed_measurement_is_found(sentence):
    assert typed(f"# Title\n\nWords.\n\n{sentence}\n") == [sentence]


@pytest.mark.parametrize(
    "sentence",
    [
        "It reaches {glue:text}`accuracy:.1f` % of the test images.",
        "They report 23.9 % {cite:p}`xie2017aggregated`.",
        "Momentum is $0.9$, as `momentum=0.9` says.",
        "```{code-cell} ipython3\nx = 0.43\n```",
    ],
)
def test_glued_cited_and_coded_numbers_are_fine(sentence):
    assert typed(f"# Title\n\n{sentence}\n") == []
