"""Local against synchronised norms: what is compared with what."""

import pytest

from resnet_book.ch08_many_devices import figures
from resnet_book.ch08_many_devices.norms import compared, table


def row(share, parts, test, retaken, rate=0.3):
    seeds = {
        str(seed): {"rate": rate, "test": a, "retaken": b, "held_out": 0.0}
        for seed, (a, b) in enumerate(zip(test, retaken, strict=True))
    }
    crossed = {seed: run | {"test": run["test"] - 0.5} for seed, run in seeds.items()}
    crossed = crossed if parts == 1 else {}
    return {"share": share, "parts": parts, "seeds": seeds, "crossed": crossed}


RESULTS = {
    "rows": {
        "local, 16": row(16, 8, [89, 90, 91, 90, 90], [90, 91, 92, 91, 91.5], 0.1),
        "synchronised, 16": row(16, 1, [90, 91, 92, 91, 91], [90, 91, 92, 91, 91]),
        "synchronised, 4": row(4, 1, [90], [90]),
        "local, 4": row(4, 8, [], []),
    }
}


def test_each_share_compares_its_two_kinds_by_seed():
    few, enough = compared(RESULTS)
    assert (few.share, enough.share) == (4, 16)
    assert enough.difference.mean == pytest.approx(-1)
    assert enough.crossed.mean == pytest.approx(-0.5)
    assert enough.retaken.mean == pytest.approx(0.1)
    assert enough.rates == (0.3, 0.1)
    assert enough.difference.level == pytest.approx(1 - 0.05 / 2)


def test_too_few_seeds_have_no_interval_and_can_be_shown():
    few, _ = compared(RESULTS)
    assert few.difference is None
    text = repr(table(compared(RESULTS)))
    assert "−1.00 (−1.00 to −1.00, n\u00a0=\u00a05)" in text


def test_the_figure_has_a_panel_for_each_share_and_a_dot_for_each_seed():
    panels = figures.norms(compared(RESULTS)).axes
    assert [ax.get_title() for ax in panels] == ["4 images each", "16 images each"]
    dots = [
        [list(line.get_xdata()) for line in ax.lines if line.get_marker() == "o"]
        for ax in panels
    ]
    assert dots == [[[90], []], [[90, 91, 92, 91, 91], [89, 90, 91, 90, 90]]]
