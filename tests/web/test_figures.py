"""The interactive figures, moved by mouse and keyboard: their numbers are Python's."""

import pytest
from built import LANDING, numbers, showing

from resnet_book import record, rooms
from resnet_lib import ResNetConfig, count_macs, count_params, summary


class Figure:
    """One interactive figure of a page."""

    def __init__(self, visit, name, page=None, **options):
        self.visit = visit(page or showing(name), **options)
        self.page = self.visit.page
        self.box = self.page.locator(f'.interactive[data-figure="{name}"]').first

    def pick(self, title, option):
        """Press one of the buttons of a group."""
        group = self.box.locator("fieldset", has_text=title)
        group.locator(f'input[type=radio][value="{option}"]').check(force=True)

    def value(self, name):
        """Return the numbers that stand in a place of the words."""
        return numbers(self.box.locator(f'[data-value="{name}"]').inner_text())


@pytest.fixture
def figure(opening):
    return opening(Figure)


@pytest.fixture
def profiles():
    results = record.load("gradient_norms")["results"]
    runs = {(r["activation"], r["residual"]): r["profiles"] for r in results["runs"]}
    return results["depths"], runs


def test_the_depth_slider_moves_by_keyboard_and_tells_the_recorded_norms(
    figure, profiles
):
    depths, runs = profiles
    shown = figure("depth", LANDING)
    slider = shown.box.locator("input[type=range]")
    slider.focus()
    shown.page.keyboard.press("End")
    assert slider.get_attribute("aria-valuetext") == f"{depths[-1]} layers"
    for activation, option in (("sigmoid", "sigmoid"), ("relu", "ReLU")):
        shown.pick("Activation", option)
        for residual, name in ((False, "plain"), (True, "residual")):
            expected = runs[activation, residual][-1][0]
            assert shown.value(name) == [pytest.approx(expected, rel=0.05)]


def test_the_depth_slider_moves_by_mouse(figure, profiles):
    depths, runs = profiles
    shown = figure("depth", LANDING)
    slider = shown.box.locator("input[type=range]")
    size = slider.bounding_box()
    slider.click(position={"x": 2, "y": size["height"] / 2})
    expected = runs["sigmoid", False][0][0]
    assert shown.value("plain") == [pytest.approx(expected, rel=0.05)]


@pytest.mark.parametrize(
    ("model", "size"),
    [("resnet18", 224), ("resnext50_32x4d", 224), ("resnet1202", 32), ("compact", 28)],
)
def test_the_stage_explorer_tells_what_summary_says(figure, model, size):
    shown = figure("stages")
    shown.box.locator("select").select_option(model)
    rows = summary(model, size)
    params, macs = sum(r.params for r in rows), sum(r.macs for r in rows)
    assert shown.value("all-params") == [params]
    assert shown.value("all-macs") == [macs]
    for row in (rows[1], rows[-1]):
        shown.pick("Part", row.part)
        assert shown.value("shape") == list(row.shape)
        assert shown.value("params") == [row.params]
        assert shown.value("macs") == [row.macs]
        share = 100 * row.params / params
        assert shown.value("params-share") == [pytest.approx(share, abs=0.5)]


def test_a_click_on_a_bar_picks_its_stage(figure):
    shown = figure("stages")
    rows = summary("resnet50")
    shown.box.locator("svg text", has_text="stage 2").click()
    assert shown.value("params") == [rows[2].params]
    assert shown.box.locator('input[type=radio][value="stage2"]').is_checked()


def test_arrow_keys_walk_through_the_stages(figure):
    shown = figure("stages")
    shown.box.locator('input[type=radio][value="stage3"]').focus()
    shown.page.keyboard.press("ArrowRight")
    assert shown.value("params") == [summary("resnet50")[4].params]


def stage_of_one(kind, width, groups, stride, shortcut):
    """A network whose second stage is one block, and nothing else of its width."""
    residual = shortcut != "none"
    return ResNetConfig(
        block=kind,
        depths=(1, 1),
        widths=(width // stride, width),
        stem="cifar",
        stem_width=1,
        residual=residual,
        shortcut=shortcut if residual else "B",
        groups=groups,
        width_per_group=64 // groups,
    )


@pytest.mark.parametrize(
    ("kind", "width", "groups", "shortcut"),
    [
        ("basic", 64, 1, "A"),
        ("basic", 256, 1, "none"),
        ("bottleneck", 128, 1, "B"),
        ("bottleneck", 256, 32, "D"),
        ("bottleneck", 512, 8, "A"),
    ],
)
def test_the_block_designer_tells_what_summary_says(
    figure, kind, width, groups, shortcut
):
    shown = figure("block")
    choices = {"Block": kind, "Width": width, "Groups": groups, "Stride": 2}
    for title, option in {**choices, "Shortcut": shortcut}.items():
        shown.pick(title, option)
    # The first stage of this network has stride 1 and leaves 56 pixels to the second.
    row = summary(stage_of_one(kind, width, groups, 2, shortcut), 56)[2]
    assert shown.value("params") == [row.params]
    assert shown.value("macs") == [row.macs]
    out = shown.box.locator('[data-value="out"]').inner_text()
    assert out == "×".join(map(str, row.shape))


def test_the_block_designer_moves_by_keyboard(figure):
    shown = figure("block")
    before = shown.value("params")
    shown.box.locator("fieldset", has_text="Width").locator("input:checked").focus()
    shown.page.keyboard.press("ArrowRight")
    assert shown.value("params")[0] > 3 * before[0]


def test_what_is_chosen_is_seen_in_the_colours_of_the_system_too(figure):
    shown = figure("block")
    shown.page.emulate_media(forced_colors="active")
    letters = "all => new Set(all.map((one) => getComputedStyle(one).color)).size"
    spans = shown.box.locator("fieldset", has_text="Width").locator("span")
    assert spans.evaluate_all(letters) == 2


@pytest.mark.parametrize(
    ("steps", "ladder"), [(0, "1×64d"), (3, "8×14d"), (5, "32×4d")]
)
def test_cardinality_at_constant_cost_climbs_the_papers_ladder(figure, steps, ladder):
    shown = figure("cardinality")
    shown.box.locator("input[type=range]").focus()
    shown.page.keyboard.press("Home")
    for _ in range(steps):
        shown.page.keyboard.press("ArrowRight")
    assert shown.box.locator('[data-value="name"]').inner_text() == ladder
    cardinality, width = map(int, ladder[:-1].split("×"))
    config = ResNetConfig(
        block="bottleneck",
        depths=(2,),
        widths=(64,),
        stem="cifar",
        groups=cardinality,
        width_per_group=width,
    )
    # A second block of the stage: 256 channels in, 256 out.
    one = ResNetConfig(**{**vars(config), "depths": (1,)})
    params = count_params(config) - count_params(one)
    macs = count_macs(config, 56) - count_macs(one, 56)
    assert shown.value("params") == [params]
    assert shown.value("macs") == [macs]


@pytest.mark.parametrize("name", rooms.members("interactive"))
def test_its_numbers_are_in_a_table_too(figure, name):
    shown = figure(name)
    table = shown.box.locator("xpath=following-sibling::details").first
    table.locator("summary").click()
    assert table.locator("tbody tr").count() >= 6


def test_without_scripts_the_table_is_still_there(browser, book):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto((book / f"{LANDING}.html").as_uri())
    tables = page.locator("details.interactive-table").all()
    assert page.locator(".interactive noscript").count() == len(tables) > 0
    for table in tables:
        table.locator("summary").click()
        assert table.locator("td").first.is_visible()
    page.context.close()
