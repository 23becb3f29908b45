"""The path walker, by mouse and keyboard: what it says is what the network gave."""

import numpy as np
import pytest
from built import clashes, numbers, showing

from resnet_book.ch02_residual_blocks.interactive import walker

DATA = walker.numbers()
NORMS = walker.norms(DATA)
LENGTHS = walker.lengths(len(NORMS))
BLOCKS = int(LENGTHS.max())


class Walk:
    """The figure on its page."""

    def __init__(self, visit, **options):
        self.visit = visit(showing("walker"), **options)
        self.page = self.visit.page
        self.box = self.page.locator('.interactive[data-figure="walker"]')
        self.blocks = self.box.locator(".walker-block")

    def press(self, name):
        self.box.get_by_role("button", name=name, exact=True).click()

    def path(self):
        """The number of the path that the buttons show."""
        pressed = self.blocks.evaluate_all(
            "all => all.map((one) => one.getAttribute('aria-pressed') === 'true')"
        )
        return sum(1 << i for i, on in enumerate(pressed) if on)

    def says(self, name):
        [found] = numbers(self.box.locator(f'[data-value="{name}"]').inner_text())
        return found


@pytest.fixture
def walk(opening):
    return opening(Walk)


def rounded(number):
    return pytest.approx(float(number), rel=0.051)


def test_the_norms_of_the_page_are_those_of_python(walk):
    found = walk().page.evaluate("(data) => Array.from(WalkerPaths.norms(data))", DATA)
    np.testing.assert_allclose(found, NORMS, rtol=1e-9)


def test_each_block_pressed_is_passed_through_its_branch(walk):
    figure = walk()
    assert figure.blocks.count() == BLOCKS
    assert figure.says("norm") == 1
    path = 0
    for block in (13, 1, 9, 13, 15):
        figure.press(f"Through the branch of block {block}")
        bit = 1 << (block - 1)
        path ^= bit
        assert figure.path() == path
        assert figure.says("norm") == rounded(NORMS[path])
        assert figure.says("factor") == rounded(NORMS[path | bit] / NORMS[path & ~bit])
    assert figure.box.locator(".walker-walked").count() == 5
    assert "would" not in figure.box.locator(".interactive-words").inner_text()


def test_a_random_path_is_another_one_and_is_told(walk):
    figure = walk()
    seen = {0}
    for _ in range(6):
        before = figure.path()
        figure.press("A random path")
        path = figure.path()
        assert path != before
        assert figure.says("norm") == rounded(NORMS[path])
        assert figure.box.locator('[data-value="factor"]').count() == 0
        seen.add(path)
    assert len(seen) > 3


def test_all_paths_of_a_length_are_added_up_in_both_ways(walk):
    figure = walk()
    figure.press("All of this length")
    assert figure.box.locator(".walker-sum").count() == 0  # one path has no branch
    share = np.array(DATA["sums"]) / sum(DATA["sums"])
    for length in range(1, BLOCKS):
        figure.press(f"Through the branch of block {length}")
        of = NORMS[length == LENGTHS]
        assert figure.says("paths") == len(of)
        assert figure.says("added") == rounded(of.sum())
        assert figure.says("sum") == rounded(DATA["sums"][length])
        assert figure.says("share") == pytest.approx(100 * share[length], abs=0.5)
        assert figure.box.locator(".walker-sum").count() == 2
    figure.press("All of this length")
    assert figure.box.locator(".walker-sum").count() == 0


def test_blocks_are_pressed_by_keyboard_in_order(walk):
    figure = walk()
    figure.blocks.first.focus()
    for key in ("Space", "Tab", "Tab", "Enter"):
        figure.page.keyboard.press(key)
    assert figure.path() == 0b101
    for _ in range(BLOCKS - 3 + 2):
        figure.page.keyboard.press("Tab")
    figure.page.keyboard.press("Space")
    assert figure.says("paths") == 105


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_fits_is_accessible_and_its_words_do_not_meet(walk, width, theme):
    figure = walk(width=width, theme=theme)
    figure.press("All of this length")
    for block in (0, 1, 4, 3, 2, *range(5, BLOCKS)):
        figure.blocks.nth(block).click()
        assert clashes(figure.page, '[data-figure="walker"] text') == [], block
    assert figure.visit.overflow <= 0
    assert figure.visit.errors == figure.visit.foreign == []
    assert figure.visit.accessibility(within=".interactive") == []


def test_on_paper_the_table_stands_for_it(walk):
    figure = walk()
    figure.page.emulate_media(media="print")
    assert not figure.box.is_visible()
    table = figure.box.locator("xpath=following-sibling::details").locator("table")
    assert table.locator("tr").count() == BLOCKS + 2
