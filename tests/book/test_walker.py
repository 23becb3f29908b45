"""The gradient along every path: a product of Jacobians, and that of the chapter."""

import itertools
import math

import jax
import numpy as np
import pytest

from in_page import pictures
from in_page import walker as making
from measured import kept_outputs
from resnet_book.ch02_residual_blocks.interactive import walker
from resnet_lib import BasicBlock

DATA = walker.numbers()
NORMS = walker.norms(DATA)
LENGTHS = walker.lengths(len(NORMS))
BLOCKS = int(LENGTHS.max())
SUMS = np.array(DATA["sums"])


@pytest.fixture(scope="module")
def kept():
    """What the chapter's cells found, by the names of its variables."""
    outputs = itertools.chain(*kept_outputs.read("02_residual_blocks")["cells"])
    return {
        output["metadata"]["scrapbook"]["name"]: output["data"].popitem()[1]
        for output in outputs
        if "scrapbook" in output.get("metadata", {})
    }


def test_a_path_is_the_product_of_its_jacobians(make, monkeypatch):
    monkeypatch.setattr(making, "AT_ONCE", 4)  # two blocks, then the other two
    h = jax.random.normal(jax.random.key(0), (2, 2, 2, 2))
    back, around, through = [], [], []
    for seed in range(4):
        block = make(BasicBlock, 2, 2, seed=seed)
        block.eval()
        f, into = jax.vjp(block.residual, h)
        through.append(jax.jacobian(block.residual)(h).reshape(h.size, h.size))
        h, joined = jax.vjp(block.join, h, f)
        around.append(np.diag(np.ravel(h) > 0))  # the ReLU behind the addition
        back.append((joined, into))
    gradient = jax.random.normal(jax.random.key(1), h.shape)
    found = jax.jit(lambda: making.norms(back, gradient))()
    for path, norm in enumerate(found):
        g = np.ravel(gradient)
        for block in (3, 2, 1, 0):
            g = around[block].T @ g
            g = through[block].T @ g if path >> block & 1 else g
        assert norm == pytest.approx(np.linalg.norm(g), rel=1e-4)


def test_two_letters_hold_a_norm_to_half_a_step():
    norms = 10.0 ** np.random.default_rng(0).uniform(-7, 1, 64)
    data = making.packed(norms, norms[:7])
    found = np.log10(walker.norms(data)) - np.log10(norms / norms[0])
    assert abs(found).max() <= 0.51 * data["step"]
    assert DATA["step"] < math.log10(1.01)
    assert DATA["letters"] == pictures.GREYS


def test_the_network_is_the_one_of_the_chapter(kept):
    """Otherwise run `python -m in_page walker` where the outputs were made."""
    rng = np.random.default_rng(0)  # the paths that the chapter draws
    passes = [rng.permutation(BLOCKS) < k for k in np.repeat(range(BLOCKS + 1), 20)]
    drawn = NORMS[np.array(passes) @ (1 << np.arange(BLOCKS))]
    single = drawn.reshape(-1, 20).mean(1)
    per_branch = np.exp(np.polyfit(np.arange(BLOCKS + 1), np.log(single), 1)[0])
    share = SUMS / SUMS.sum()
    found = {
        "per_branch": per_branch,
        "one_there": single[SUMS.argmax()],
        "summed_there": SUMS.max(),
        "mean_gradient": share @ np.arange(BLOCKS + 1),
        "longest": 100 * share[8:].sum(),
        "most_at": SUMS.argmax(),
    }
    expected = {name: float(kept[name]) for name in found}
    assert found == pytest.approx(expected, rel=2e-3)


def test_what_the_text_says_of_blocks_random_paths_and_sums():
    logs = np.log(NORMS)
    factors = []
    for block in range(BLOCKS):
        on = np.arange(len(NORMS)) >> block & 1 == 1
        factors.append(np.exp(logs[on].mean() - logs[~on].mean()))
    assert min(factors[:5]) > max(factors[-5:])
    six_to_nine = (LENGTHS >= 6) & (LENGTHS <= 9)
    assert six_to_nine.mean() > 0.6
    assert NORMS[six_to_nine].mean() < 0.001
    added = np.bincount(LENGTHS, NORMS)
    assert (added[2:-1] > 2.5 * SUMS[2:-1]).all()


def test_the_table_has_a_row_for_each_length():
    header, *rows = walker.table(DATA)
    assert [row[0] for row in rows] == [*map(str, range(BLOCKS + 1))]
    paths = [int(row[header.index("paths")].replace(",", "")) for row in rows]
    assert paths == [math.comb(BLOCKS, k) for k in range(BLOCKS + 1)]
    three = dict(zip(header, rows[3], strict=True))
    assert float(three["norm of the sum"]) == pytest.approx(SUMS[3], rel=0.05)
    assert float(three["norms added up"]) > float(three["norm of the sum"])
