import dataclasses
import json
import shutil
import signal
import types

import numpy as np
import pytest
from flax import nnx

from resnet_lib import create_model
from resnet_lib.train import Checkpoints, Recipe, fit, resume
from resnet_lib.train import checkpoint_files as stored
from resnet_lib.train.checkpoint_files import digest, named

RECIPE = Recipe(
    epochs=2, batch_size=128, peak_lr=0.1, augmentation="crop_flip_erase", ema=0.9
)

TIMES = ("seconds", "images_per_second")


def trained(model, garments, kept, recipe=RECIPE, **how):
    """Parameters, average and history of a run, as what must not differ."""
    model = nnx.clone(model)
    history = fit(model, garments, None, recipe, checkpoints=kept, **how)
    rows = [
        {name: value for name, value in row.items() if name not in TIMES}
        for row in history.rows()
    ]
    hashes = [digest(named(nnx.state(net))) for net in (model, history.averaged)]
    return hashes, str(rows), [path.name for path in kept.steps().values()]


@pytest.fixture(scope="module", autouse=True)
def no_flags():
    """A checkpoint names XLA's flags; the tests may run with some, these with none."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("XLA_FLAGS", raising=False)
        yield


@pytest.fixture(scope="module")
def whole(garments, tmp_path_factory):
    """A run of eight steps that nobody disturbed, with a checkpoint after each."""
    model = create_model(
        "resnet8",
        widths=(4, 4, 4),
        stem_width=4,
        stem="strided",
        in_channels=1,
        rngs=nnx.Rngs(0),
    )
    kept = Checkpoints(tmp_path_factory.mktemp("whole"), keep=100, minutes=0)
    return model, kept, trained(model, garments, kept)


def copy(kept, folder, last):
    """The checkpoints up to a step, as a kill just after it would have left them."""
    for step, path in kept.steps().items():
        if step <= last:
            shutil.copytree(path, folder / path.name)
    return Checkpoints(folder, keep=100, minutes=0)


def sums(kept):
    return {
        step: json.loads((path / "about.json").read_text())["sha256"]
        for step, path in kept.steps().items()
    }


@pytest.mark.parametrize("last", [2, 4, 7])
def test_a_run_goes_on_from_any_checkpoint_to_the_same_bits(
    whole, garments, tmp_path, last
):
    model, kept, expected = whole
    assert [*kept.steps()] == [8, 7, 6, 5, 4, 3, 2, 1]
    again = copy(kept, tmp_path, last)
    assert trained(model, garments, again) == expected
    assert sums(again) == sums(kept)


def test_a_finished_run_has_nothing_left_to_do(whole, garments):
    model, kept, expected = whole
    before = sums(kept)
    assert trained(model, garments, kept) == expected and sums(kept) == before


def test_a_refused_checkpoint_is_said_in_the_line_that_says_where_the_run_goes_on(
    whole, garments, tmp_path, capfd
):
    model, kept, expected = whole
    again = copy(kept, tmp_path, 8)
    (tmp_path / "step_00000008" / "about.json").unlink()
    assert trained(model, garments, again) == expected
    (line,) = [x for x in capfd.readouterr().err.splitlines() if "going on" in x]
    assert line == (
        "going on from step_00000007, 1 epochs done; refused: step_00000008 "
        "(about.json is missing)"
    )


def test_another_version_or_flag_is_named(whole, garments, monkeypatch, capfd):
    model, kept, _ = whole
    now = {**resume.setting(), "jax": "0.1", "XLA_FLAGS": "--xla_new"}
    monkeypatch.setattr(resume, "setting", lambda devices: now)
    trained(model, garments, kept)
    (line,) = [x for x in capfd.readouterr().err.splitlines() if "the bits" in x]
    assert "XLA_FLAGS was '', is '--xla_new'; jax was" in line


def test_checkpoints_of_another_recipe_stop_a_run_before_it_begins(whole, garments):
    model, kept, _ = whole
    with pytest.raises(ValueError, match="recipe.peak_lr was 0.1, is 0.2"):
        trained(model, garments, kept, Recipe(**{**vars(RECIPE), "peak_lr": 0.2}))


def test_ctrl_c_saves_and_says_where(whole, garments, tmp_path, heeded):
    model, _, expected = whole
    kept, seen = Checkpoints(tmp_path, minutes=float("inf")), []

    class Images(np.ndarray):
        def __getitem__(self, rows):
            seen.append(rows)
            if sum(np.size(rows) == RECIPE.batch_size for rows in seen) == 2:
                signal.raise_signal(signal.SIGINT)
            return np.asarray(self)[rows]

    images = types.SimpleNamespace(
        images=garments.images.view(Images),
        labels=garments.labels,
        mean=garments.mean,
        std=garments.std,
    )
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt, match="SIGINT: the latest .* step_00000002"):
        trained(model, images, kept)
    assert [*kept.steps()] == [2]
    assert signal.getsignal(signal.SIGINT) is before
    hashes, rows, _ = trained(model, garments, kept)
    assert [hashes, rows] == [*expected[:2]]


def test_a_full_disk_stops_the_run_in_one_sentence_and_loses_nothing(
    whole, garments, tiny_disk
):
    model, _, expected = whole
    filler = tiny_disk / "filler"
    filler.write_bytes(bytes(200 * 1024))  # which leaves room for one
    kept = Checkpoints(tiny_disk / "run", keep=100, minutes=0)
    with pytest.raises(
        OSError,
        match=r"step \d could not be saved .*No space.*; the latest .* step_0000000\d;",
    ) as stop:
        trained(model, garments, kept)
    assert len(str(stop.value).splitlines()) == 1
    assert kept.steps() and not [*kept.folder.glob(".*")]
    filler.unlink()
    kept.keep = 3
    hashes, rows, names = trained(model, garments, kept)
    assert ([hashes, rows], names) == ([*expected[:2]], expected[2][:3])


def test_a_run_that_is_told_to_trains_on_beside_a_full_disk_and_says_so_once(
    whole, garments, tiny_disk, capfd
):
    model, _, expected = whole
    (tiny_disk / "filler").write_bytes(bytes(256 * 1024 - 4096))
    kept = Checkpoints(tiny_disk / "run", minutes=0, on_save_error="warn")
    hashes, rows, names = trained(model, garments, kept)
    assert ([hashes, rows], names) == ([*expected[:2]], [])
    (said,) = [x for x in capfd.readouterr().err.splitlines() if "saved" in x]
    assert said == (
        "step 1 could not be saved ([Errno 28] No space left on device); no checkpoint "
        "was kept; training goes on"
    )


def test_checkpoints_with_other_test_data_stop_a_run_before_it_begins(
    whole, garments, tmp_path
):
    model, kept, _ = whole
    with pytest.raises(ValueError, match="of another run: data.test was None, is '"):
        fit(
            nnx.clone(model),
            garments,
            garments,
            RECIPE,
            checkpoints=copy(kept, tmp_path, 8),
        )


def test_a_seed_of_numpys_loses_no_checkpoint(whole, garments, tmp_path):
    model, kept, expected = whole
    recipe = dataclasses.replace(
        RECIPE, seed=np.int64(RECIPE.seed), peak_lr=np.float64(RECIPE.peak_lr)
    )
    again = copy(kept, tmp_path, 7)
    assert trained(model, garments, again, recipe) == expected


def test_without_a_test_set_the_description_is_strict_json(whole):
    text = (whole[1].steps()[8] / "about.json").read_text()
    (first, _) = json.loads(text, parse_constant=pytest.fail)["history"]
    assert first["test_loss"] is None and first["test_accuracy"] is None


@pytest.mark.parametrize(
    "change, words",
    [
        ({"history": 3}, "its history is not a list"),
        ({"history": [{}]}, "epoch 1 is of another version"),
        ({"setting": None}, "the setting in its about.json is no object"),
        ({"seconds": "ten"}, "seconds='ten': must be a number"),
        ({"mixup": 0.5}, "its about.json is of another version"),
    ],
)
def test_a_description_of_another_version_is_passed_over(
    whole, garments, tmp_path, capfd, change, words
):
    model, kept, expected = whole
    again = copy(kept, tmp_path, 8)
    folder = again.steps()[8]
    about = json.loads((folder / "about.json").read_text()) | change
    (folder / "about.json").write_text(json.dumps(about))
    (folder / stored.NAME).unlink()
    stored.seal(folder)
    assert trained(model, garments, again) == expected
    assert words in capfd.readouterr().err
