import html.parser

import pytest
from answers.pools import pool

from resnet_book import check
from resnet_book.exercises import display as results
from resnet_book.exercises.display import Result

STATES = {
    "correct": Result("he_init", "correct", "Well: `x < y` & more."),
    "not yet": Result("he_init", "not yet", "Look again.", "line 3, in f\n    x < 1"),
    "not attempted": Result("he_init", "not attempted", "Replace the `...`."),
}


class Reader(html.parser.HTMLParser):
    """Collects the text, and sees that every element is closed."""

    def __init__(self, page):
        super().__init__()
        self.open, self.words, self.roles = [], "", []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.open.append(tag)
        self.roles += [value for name, value in attributes if name == "role"]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words += data


def luminance(color):
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    high, low = sorted([luminance(a), luminance(b)], reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_code_is_called_correct_on_what_was_tried_and_no_more():
    result = Result("he_init", "correct", "Well.", tried=True)
    for text in (repr(result), result._repr_html_()):
        assert "he_init: correct on the inputs tried" in text
    assert "tried" not in repr(Result("he_init", "not yet", "Look.", tried=True))
    assert "tried" not in repr(STATES["correct"])


@pytest.mark.parametrize("state", STATES)
def test_only_a_correct_result_is_true(state):
    assert bool(STATES[state]) is (state == "correct")


@pytest.mark.parametrize("state", STATES)
def test_the_text_names_exercise_and_state_in_short_lines(state):
    text = repr(STATES[state])
    assert f"he_init: {state}." in text
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize("state", STATES)
def test_the_html_says_the_same_as_the_text(state):
    reader = Reader(STATES[state]._repr_html_())
    assert reader.open == []
    assert f"he_init: {state}" in reader.words
    assert STATES[state].message.replace("`", "") in reader.words
    assert STATES[state].trace in reader.words


@pytest.mark.parametrize("state", STATES)
def test_a_screen_reader_is_told_of_a_result(state):
    assert Reader(STATES[state]._repr_html_()).roles == ["status"]


@pytest.mark.parametrize("state", STATES)
def test_the_html_sets_no_colour_of_text_and_no_opaque_ground(state):
    page = STATES[state]._repr_html_()
    assert "color:inherit" in page
    assert "rgba(127,127,127,0.1)" in page


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("page", ["#ffffff", "#14171c", "#383838"])
def test_the_bar_stands_out_on_light_and_dark_pages(state, page):
    assert contrast(results._LOOKS[state][1], page) >= 3


def test_code_is_escaped_and_set_as_code():
    page = STATES["correct"]._repr_html_()
    assert "<code>x &lt; y</code> &amp; more." in page


def test_progress_counts_and_lists_what_is_solved():
    progress = results.Progress([(1, "he_init", True), (2, "shortcut", False)])
    assert repr(progress).splitlines() == [
        "1 of 2 exercises solved; next: shortcut, in chapter 2",
        "chapter 1: ✓ he_init",
        "chapter 2: · shortcut",
    ]
    reader = Reader(progress._repr_html_())
    assert reader.open == []
    assert "1 of 2 exercises solved" in reader.words
    assert "shortcut (open)" in reader.words


def test_a_solved_exercise_stays_solved_in_the_list():
    assert check.global_average_pool(pool)
    check.global_average_pool(lambda x, sizes, stride: x.mean((1, 2)))
    assert (5, "global_average_pool", True) in check.progress()
