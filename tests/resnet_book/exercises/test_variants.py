"""Numbers of a student's own: how they are drawn, and that each exercise suits them."""

import ast
import itertools
import os
import pathlib
import re
import subprocess
import sys
from typing import NamedTuple

import pytest

from resnet_book import check
from resnet_book.exercises import entries, variants
from resnet_book.exercises.compare import agree
from resnet_book.exercises.exercise import find, judged
from resnet_book.exercises.sandbox import NotYet

ROOT = pathlib.Path(__file__).parents[3]
VARIED = [name for name in check.names() if find(name).choices]
CHOICES = dict(depth=(20, 32, 44, 56), widths=((16, 32), (8, 16), (24, 48)))


class Asked(NamedTuple):
    """What an exercise compares a number with."""

    right: float
    causes: dict
    otherwise: str
    tolerance: float


@pytest.fixture
def asked(monkeypatch):
    """`asked(name, givens)`: the numbers that an exercise asks for, in their order."""

    def of(name, givens):
        found = []

        def note(answer, right, causes, otherwise, tolerance=1e-6):
            found.append(Asked(float(right), causes, otherwise, tolerance))

        with monkeypatch.context() as patch:
            patch.setattr(entries, "number", note)
            find(name).judge([0] * 4 if name == "step_times" else 0, **givens)
        return found

    return of


def said(name, numbers, givens):
    """What the judge says of one number or of several, right or not."""
    answer = numbers[0] if len(numbers) == 1 else numbers
    try:
        return True, find(name).judge(answer, **givens)
    except NotYet as reason:
        return False, reason.message


def all_of(name):
    page, *others = variants.all_givens(find(name).choices)
    return page, others


def test_every_chapter_that_asks_for_a_number_has_an_exercise_with_variants():
    assert {find(name).chapter for name in VARIED} == set(range(1, 10))


def test_the_page_for_lecturers_lists_the_exercises_with_variants():
    page = (ROOT / "book" / "teaching.md").read_text("utf-8")
    (listed,) = re.findall(
        r"each student can have other numbers:(.*?)\. They", page, re.S
    )
    found = re.findall(r"`ex-([\w-]+)`", listed)
    assert [name.replace("-", "_") for name in found] == VARIED


@pytest.mark.parametrize("name", VARIED)
def test_every_variant_takes_its_own_answer_and_no_other_one(name, asked):
    page, others = all_of(name)
    assert len(others) >= 8
    rights = [[a.right for a in asked(name, givens)] for givens in (page, *others)]
    for givens, right in zip((page, *others), rights, strict=True):
        assert said(name, right, givens)[0], givens
        assert sum(said(name, other, givens)[0] for other in rights) == 1, givens


@pytest.mark.parametrize("name", VARIED)
def test_every_known_mistake_is_named_in_every_variant(name, asked):
    page, others = all_of(name)
    counts = [len(a.causes) for a in asked(name, page)]
    for givens in (page, *others):
        numbers = asked(name, givens)
        right = [a.right for a in numbers]
        assert [len(a.causes) for a in numbers] == counts, givens
        for place, number in enumerate(numbers):
            for wrong, sentence in number.causes.items():
                answer = [*right[:place], wrong, *right[place + 1 :]]
                assert said(name, answer, givens) == (False, sentence), givens


@pytest.mark.parametrize("name", VARIED)
def test_no_two_mistakes_with_different_sentences_are_near_each_other(name, asked):
    page, others = all_of(name)
    for givens in (page, *others):
        for number in asked(name, givens):
            pairs = itertools.combinations(number.causes.items(), 2)
            for (one, its), (other, others_) in pairs:
                near = agree(float(one), float(other), number.tolerance)
                assert not near or its == others_, (givens, its, others_)


@pytest.mark.parametrize("name", VARIED)
def test_sentences_speak_of_the_variants_numbers(name, asked):
    page, others = all_of(name)

    def sentences(givens):
        numbers = asked(name, givens)
        yield said(name, [a.right for a in numbers], givens)[1]
        for number in numbers:
            yield from (number.otherwise, *number.causes.values())

    for givens in others:
        for given, value in page.items():
            pairs = zip(sentences(page), sentences(givens), strict=True)
            for one, other in pairs:
                if names(one, value):
                    assert names(other, givens[given]), other


def names(sentence, value):
    """Whether a number stands in a sentence by itself."""
    return re.search(rf"(?<![\w.,×-]){re.escape(str(value))}(?![\w×]|[.,]\d)", sentence)


def test_the_search_for_numbers_in_sentences_can_find_some():
    assert names("ResNet has 54 blocks.", 54) and names("a weight of 0.2.", 0.2)
    assert not names("a 3×3 layer, 1.3 and 13", 3)


def test_without_a_name_the_givens_are_the_pages():
    assert variants.drawn("x", CHOICES, "") == dict(depth=20, widths=(16, 32))


def test_names_draw_all_values_but_the_pages():
    drawn = [variants.drawn("x", CHOICES, f"student {n}") for n in range(99)]
    for given, values in CHOICES.items():
        assert {own[given] for own in drawn} == set(values[1:])


def test_exercises_and_givens_are_drawn_each_by_itself():
    choices = dict(a=tuple(range(9)), b=tuple(range(9)))
    pairs = [variants.drawn("x", choices, f"student {n}") for n in range(99)]
    assert len({tuple(pair.values()) for pair in pairs}) > 30
    others = [variants.drawn("y", choices, f"student {n}") for n in range(99)]
    assert sum(one == other for one, other in zip(pairs, others, strict=True)) < 20


DEPTHS = {
    "Ada Lovelace": 32,
    "Grace Hopper": 56,
    "Leonhard Euler": 32,
    "Kurt Gödel": 32,
    "Sofja Kowalewskaja": 44,
    "李": 32,
}


@pytest.mark.parametrize("seed", ["1", "2"])
def test_a_name_draws_the_same_numbers_in_every_process_and_every_edition(seed):
    code = (
        "from resnet_book.exercises.variants import drawn\n"
        f"print({{n: drawn('x', {CHOICES}, n)['depth'] for n in {list(DEPTHS)}}})"
    )
    command = [sys.executable, "-c", code]
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONUTF8": "1"}
    done = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", env=environment
    )
    assert ast.literal_eval(done.stdout) == DEPTHS, done.stderr


@pytest.mark.parametrize(
    "spelling",
    ["ada_lovelace", "ADA LOVELACE", "Lovelace, Ada", " ada-lovelace ", "Áda Lovelace"],
)
def test_spellings_of_a_name_are_one_name(spelling):
    assert variants.plain(spelling) == variants.plain("Ada Lovelace")


def test_other_names_are_others():
    names = ["Ada", "Ada Lovelace", "Ada Byron", "李", "O'Brien", "ada2", ""]
    assert len(set(map(variants.plain, names))) == len(names)
    assert variants.plain("O'Brien") == variants.plain("obrien")


def test_a_check_shows_a_students_numbers_until_they_are_answered(sitting):
    shown = "Your numbers: slope 0.35 (on the page 0.5)."
    assert "Your numbers" not in check.leaky_scale(...).message
    check.student("Ada Lovelace")
    for answer in (..., "many", 2.0, 1.7):
        assert check.leaky_scale(answer).message.endswith(shown)
    result = check.leaky_scale(2 / (1 + 0.35**2))
    assert result and "numbers" not in result.message


def test_an_answer_to_other_numbers_is_said_to_be_one(sitting):
    check.student("Ada Lovelace")
    page, other = 2 / (1 + 0.5**2), 2 / (1 + 0.25**2)
    assert "right for the page's numbers" in check.leaky_scale(page).message
    assert "right for another student's numbers" in check.leaky_scale(other).message
    assert "right for" not in check.leaky_scale(1.7).message
    check.student("")
    assert check.leaky_scale(page)
    assert "right for" not in check.leaky_scale(other).message


def test_exercises_without_numbers_of_their_own_are_as_they_were(sitting):
    before = check.roofline_figure("A").message
    check.student("Ada Lovelace")
    assert check.roofline_figure("A").message == before


def test_a_judge_can_be_asked_for_any_student(sitting):
    check.student("Grace Hopper")
    slope = variants.drawn("leaky_scale", find("leaky_scale").choices, "Ada")["slope"]
    assert judged("leaky_scale", 2 / (1 + slope**2), "Ada")
    assert judged("leaky_scale", 1.6, "")


def test_all_numbers_of_a_student_are_shown(sitting):
    assert repr(check.givens()).startswith("The numbers are the page's; ")
    own = check.student("Ada <Lovelace>")
    assert [name for _, name, _ in own.rows] == VARIED
    text, page = repr(own), own._repr_html_()
    assert text.startswith("Ada <Lovelace>'s numbers.")
    assert "leaky_scale (chapter 1): slope " in text
    assert "Ada &lt;Lovelace&gt;" in page and page.count("<tr>") == len(VARIED)


def test_a_name_is_a_text(sitting):
    with pytest.raises(TypeError, match="expects a name"):
        check.student(1234567)
