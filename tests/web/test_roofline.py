"""The moving roofline, by mouse and keyboard: the page's counts are Python's."""

import itertools

import pytest
from built import clashes, numbers, showing

from resnet_book.ch07_accelerators.interactive import roofline

DATA = roofline.numbers()
EDGES = list(itertools.product((1, 128, 1024), (56, 7), (32, 64, 1024)))
WORDS = '[data-figure="roofline"] .interactive-word'


class Roof:
    """The figure on its page."""

    def __init__(self, visit, **options):
        self.visit = visit(showing("roofline"), **options)
        self.page = self.visit.page
        self.box = self.page.locator('.interactive[data-figure="roofline"]')

    def pick(self, option):
        self.box.locator(f'input[type=radio][value="{option}"]').check(force=True)

    def slide(self, title, value, values):
        holder = self.box.locator(".interactive-slider", has_text=title)
        holder.locator("input").evaluate(
            "(input, at) => Figures.move(input.parentElement, at)", values.index(value)
        )

    def set(self, batch, side, width):
        self.slide("Batch", batch, roofline.BATCHES)
        self.slide("Width", width, roofline.WIDTHS)
        self.pick(side)

    def says(self, name):
        return self.box.locator(f'[data-value="{name}"]').inner_text()

    def count(self, mark):
        return self.box.locator(f".roofline-{mark}").count()


@pytest.fixture
def roof(opening):
    return opening(Roof)


def test_the_counts_of_the_page_are_those_of_python(roof):
    settings = [
        {"name": name, "batch": batch, "side": side, "width": width, "size": size}
        for name in roofline.OPERATIONS
        for (batch, side, width), size in itertools.product(EDGES, (2, 4))
    ]
    found = roof().page.evaluate(
        """([settings, operations, ridges]) => settings.map((setting) => {
          const it = operations[setting.name];
          const { flop, bytes } = RooflineModel.counts(it, setting);
          return [flop, bytes, RooflineModel.intensity(it, setting),
            ridges.map((ridge) => RooflineModel.leastBatch(it, setting, ridge))];
        })""",
        [settings, roofline.OPERATIONS, [0.3, 12.5, 187]],
    )
    for setting, (flop, moved, intensity, batches) in zip(settings, found, strict=True):
        assert (flop, moved) == roofline.counts(**setting), setting
        assert intensity == pytest.approx(flop / moved)
        where = {key: setting[key] for key in ("name", "side", "width", "size")}
        expected = [roofline.least_batch(**where, ridge=r) for r in (0.3, 12.5, 187)]
        assert batches == expected, setting


@pytest.mark.parametrize("chip", DATA["chips"])
def test_what_bounds_each_convolution_is_said(roof, chip):
    figure, of_chip = roof(), DATA["chips"][chip]
    figure.pick(chip)
    for of, peak in of_chip["peaks"].items():
        figure.pick(of)
        ridge = peak / of_chip["bandwidth"]
        assert numbers(figure.says("ridge")) == [pytest.approx(ridge, rel=6e-3)]
        for batch, side, width in EDGES:
            figure.set(batch, side, width)
            for name in roofline.CONVS:
                where = name, side, width, roofline.BYTES[of]
                least = roofline.least_batch(*where, ridge)
                beyond = least is not None and batch >= least
                assert figure.says(name) == ("arithmetic" if beyond else "memory")
                if least and least > 1:
                    assert numbers(figure.says(f"{name}-from")) == [least]


def test_a_type_without_a_known_peak_cannot_be_chosen(roof):
    figure = roof()
    for chip, each in DATA["chips"].items():
        figure.pick(chip)
        for of in roofline.BYTES:
            radio = figure.box.locator(f'input[type=radio][value="{of}"]')
            assert radio.is_enabled() == (of in each["peaks"])
    assert figure.box.locator('input[value="bfloat16"]').is_checked()


def test_rings_stand_where_a_record_has_measured(roof):
    figure = roof()
    for of, (side, width), batch in itertools.product(
        ("TF32", "bfloat16"), ((56, 64), (14, 256), (7, 1024), (28, 64)), (128, 64)
    ):
        figure.pick(of)
        figure.set(batch, side, width)
        setting = {"type": of, "batch": batch, "side": side, "width": width}
        expected = [p for p in DATA["measured"] if setting.items() <= p.items()]
        assert figure.count("measured") == len(expected)
        assert figure.count("dot") == len(roofline.OPERATIONS)
        measured = figure.box.locator('[data-value="measured"]').count()
        assert measured == bool(expected)
    figure.set(128, 56, 64)
    assert figure.count("measured") > 0
    figure.pick("A100, 40 GB")
    assert figure.count("measured") == 0


def test_sliders_and_buttons_move_by_keyboard(roof):
    figure = roof()
    width = figure.box.locator("input[type=range]").last
    width.focus()
    width.press("End")
    assert width.get_attribute("aria-valuetext") == "c = 1024"
    figure.box.locator('input[type=radio][value="TF32"]').focus()
    figure.page.keyboard.press("ArrowRight")
    assert figure.box.locator('input[value="bfloat16"]').is_checked()
    figure.box.locator('input[type=radio][value="H200"]').focus()
    figure.page.keyboard.press("ArrowLeft")  # round to the last
    [ridge] = numbers(figure.says("ridge"))
    assert ridge == pytest.approx(197 / 0.819, rel=6e-3)


@pytest.mark.parametrize("width", [390, 1440])
def test_no_name_lies_on_another(roof, width):
    figure = roof(width=width)
    for chip, each in DATA["chips"].items():
        figure.pick(chip)
        for of in each["peaks"]:
            figure.pick(of)
            for setting in EDGES:
                figure.set(*setting)
                assert clashes(figure.page, WORDS) == [], (chip, of, setting)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_on_a_phone_it_is_accessible_and_fits(roof, theme):
    figure = roof(width=390, theme=theme)
    assert figure.visit.overflow <= 0
    assert figure.visit.accessibility(within=".interactive") == []
    assert figure.visit.errors == []
    assert figure.visit.foreign == []
