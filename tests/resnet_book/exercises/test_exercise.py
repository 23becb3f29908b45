import pathlib
import re

import pytest

from resnet_book import check
from resnet_book.exercises.hints import all_hints

BOOK = [
    *["degradation_figure", "gradient_norms", "leaky_scale", "decay_rate", "he_init"],
    *["why_no_learning", "batchnorm_rate"],
    *["shortcut", "basic_block", "identity_at_init"],
    *["failure_gallery", "lesions_figure", "path_length"],
    *["bottleneck", "count_block_params", "fit_budget", "faulty_blocks"],
    *["intensity_by_hand", "roofline_figure", "batch_of_one"],
    *["reach", "grouped_share", "grouped_conv", "resnext_block", "three_blocks"],
    *["width_for_cardinality", "two_panels"],
    *["make_stage", "field_by_hand", "six_networks", "blocks_in_program"],
    "resnet34_config",
    *["receptive_field", "global_average_pool"],
    *["one_cycle", "decay_mask", "train_step", "paired_answers", "eval_mode"],
    *["decay_foreseen", "few_steps_figure"],
    *["traces", "find_the_sync", "keep_best", "scan_epoch", "epoch_seconds"],
    *["kept_sums", "padding_waste", "profile_shares"],
    *["pad_batch", "all_reduce_bytes", "norm_numbers", "fsdp_spec"],
    *["accumulation_foreseen", "ragged_mean", "three_hosts", "paper_curve"],
    "exchange",
    *["buffer_memory", "shuffle_buffer", "step_times", "cached_pages"],
    *["my_rows", "three_pipelines", "mixed_reader"],
]
ROOT = pathlib.Path(__file__).parents[3]


def hints(name):
    found = []
    try:
        while True:
            found.append(check.hint(name, len(found) + 1))
    except ValueError:
        return found


def test_the_exercises_are_those_of_the_book_in_its_order():
    assert check.names() == BOOK
    chapters = sorted((ROOT / "chapters").glob("*.md"))
    text = "".join(path.read_text("utf-8") for path in chapters)
    assert re.findall(r"^check\.(\w+)\(", text, re.M) == BOOK


@pytest.mark.parametrize("name", BOOK)
def test_every_exercise_has_two_or_three_hints(name):
    assert 2 <= len(hints(name)) <= 3
    assert len(set(hints(name))) == len(hints(name))


@pytest.mark.parametrize("name", BOOK)
def test_every_exercise_says_what_it_expects(name):
    assert len(getattr(check, name).__doc__.splitlines()) >= 3


def test_a_hint_is_shown_as_prose():
    assert repr(check.hint("basic_block", 1)).startswith("Write F first")
    assert max(map(len, repr(check.hint("basic_block")).splitlines())) <= 80


def test_a_hint_that_does_not_exist_is_refused_with_the_range():
    with pytest.raises(ValueError, match="basic_block has hints 1 to 3, not 4"):
        check.hint("basic_block", 4)


def test_an_unknown_exercise_is_refused():
    with pytest.raises(ValueError, match="no exercise 'basic_blok'"):
        check.hint("basic_blok")


def test_progress_covers_every_exercise():
    assert [name for _, name, _ in check.progress()] == BOOK


@pytest.mark.parametrize("name", BOOK)
def test_a_chapter_shows_the_hints_of_each_exercise_in_its_box(name):
    (box,) = [
        match[0]
        for path in sorted((ROOT / "chapters").glob("*.md"))
        for match in re.finditer(
            rf":label: ex-{name.replace('_', '-')}\n.*?\{{exercise-end\}}",
            path.read_text("utf-8"),
            re.S,
        )
    ]
    assert f"```{{hints}} {name}\n```" in box


def test_there_are_hints_for_exercises_alone():
    assert set(all_hints()) == set(BOOK)
