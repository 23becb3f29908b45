"""Figures that the reader moves: what the page and the notebook get of them."""

import json

import numpy as np
import pytest

from measured import interactive
from measured.notebooks import build
from measured.notebooks.index import Book
from resnet_book import record
from resnet_book.ch01_vanishing_gradients.interactive import race
from resnet_book.ch02_residual_blocks.interactive import shatter
from resnet_book.ch03_bottleneck_blocks.interactive import block
from resnet_book.ch04_resnext.interactive import cardinality

FIGURE = """\
```{interactive} stages
:name: fig-move
A caption.
```

See {numref}`fig-move`.
"""


def test_the_ladder_of_equal_cost_is_the_papers():
    blocks = cardinality.numbers()["cost"]
    ladder = [(b["cardinality"], b["group_width"]) for b in blocks]
    published = [(1, 64), (2, 40), (4, 24), (8, 14), (32, 4)]
    assert [pair for pair in ladder if pair in published] == published


def test_the_layers_of_a_block_are_those_of_the_library():
    found = block.describe("bottleneck", 64, 32, 2, "B")
    assert [layer[:5] for layer in found["branch"]] == [
        [1, 128, 64, 1, 1],
        [3, 64, 64, 32, 2],
        [1, 64, 256, 1, 1],
    ]
    assert found["around"][0][:5] == [1, 128, 256, 1, 2]


def test_the_race_is_the_records_median_and_light():
    runs = record.load("interventions")["results"]["runs"]["plain56"].values()
    data = race.numbers()
    expected = np.median([run["error"] for run in runs], axis=0)
    np.testing.assert_allclose(data["nets"]["plain-56"]["error"], expected, rtol=0.01)
    norms = np.array([run["gradient"]["first"] for run in runs])[..., 1]
    found = data["nets"]["plain-56"]["first"]
    np.testing.assert_allclose(found, np.median(norms, 0), rtol=0.01)
    assert len(interactive.markup("race", data)) < 12_000
    steps = [row[0] for row in race.table(data)[1:]]
    assert steps[:3] == ["1 to 10", "91 to 100", "191 to 200"]
    assert steps[-1] == "991 to 1000"


def test_the_shatter_dials_table_is_the_records():
    seeds = record.load("shattering")["results"]["kinds"]["residual, norm"].values()
    header, *rows = shatter.table(shatter.numbers())
    shown = [float(row[header.index("residual, norm")]) for row in rows]
    expected = np.mean([seed["next"] for seed in seeds], axis=0)
    np.testing.assert_allclose(shown, expected, atol=0.006)


def test_numbers_are_made_once_and_kept(tmp_path, monkeypatch):
    first = interactive.numbers("cardinality", tmp_path)
    monkeypatch.setattr(cardinality, "numbers", lambda: pytest.fail("made again"))
    assert interactive.numbers("cardinality", tmp_path) == first
    monkeypatch.undo()
    (kept,) = tmp_path.iterdir()
    kept.write_text("{")  # a build that was killed
    assert interactive.numbers("cardinality", tmp_path) == first


def test_numbers_in_a_page_cannot_end_their_script(monkeypatch):
    monkeypatch.setattr(cardinality, "table", lambda data: [["a"], ["</b>"]])
    page = interactive.markup("cardinality", {"text": "</script>"})
    assert page.count("</script>") == 1
    assert "&lt;/b&gt;" in page
    inside = page.split('<script type="application/json">')[1].split("</script>")[0]
    assert json.loads(inside) == {"text": "</script>"}


def test_a_notebook_has_the_caption_and_a_link_to_the_page(write):
    chapter = write(FIGURE)
    text = build.notebook(Book(), chapter, with_solutions=False)
    assert "**Figure 3.1.** A caption. [Move it in the book](https://" in text
    assert "03_tiny.html#fig-move" in text
    assert "See [Figure 3.1](#fig-move)" in text
