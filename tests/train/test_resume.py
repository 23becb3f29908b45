import dataclasses
import json
import shutil
import signal

import numpy as np
import pytest
from flax import nnx

from resnet_lib import create_model
from resnet_lib.train import Checkpoints, Recipe, fit, keeping
from resnet_lib.train.checkpoint import digest, named

RECIPE = Recipe(
    epochs=2, batch_size=128, peak_lr=0.1, augmentation="crop_flip_erase", ema=0.9
)

TIMES = ("seconds", "images_per_second")


def trained(model, garments, kept, recipe=RECIPE, **how):
    """Parameters, average and history of a run, as what must not differ."""
    model, average = nnx.clone(model), nnx.clone(model)
    history = fit(
        model, garments, None, recipe, averaged=average, checkpoints=kept, **how
    )
    rows = [
        {name: value for name, value in row.items() if name not in TIMES}
        for row in history.rows()
    ]
    hashes = [digest(named(nnx.state(net))) for net in (model, average)]
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
    now = {**keeping.setting(), "jax": "0.1", "XLA_FLAGS": "--xla_new"}
    monkeypatch.setattr(keeping, "setting", lambda devices: now)
    trained(model, garments, kept)
    (line,) = [x for x in capfd.readouterr().err.splitlines() if "the bits" in x]
    assert "XLA_FLAGS was '', is '--xla_new'; jax was" in line


def test_checkpoints_of_another_recipe_stop_a_run_before_it_begins(whole, garments):
    model, kept, _ = whole
    with pytest.raises(ValueError, match="recipe.peak_lr was 0.1, is 0.2"):
        trained(model, garments, kept, Recipe(**{**vars(RECIPE), "peak_lr": 0.2}))


def test_ctrl_c_saves_and_says_where(whole, garments, tmp_path):
    model, _, expected = whole
    kept, seen = Checkpoints(tmp_path, minutes=float("inf")), []

    class Images(np.ndarray):
        def __getitem__(self, rows):
            seen.append(rows)
            if len(seen) == 2:
                signal.raise_signal(signal.SIGINT)
            return np.asarray(self)[rows]

    images = dataclasses.replace(garments, images=garments.images.view(Images))
    before = signal.getsignal(signal.SIGINT)  # ignored, in a shell's background
    with pytest.raises(KeyboardInterrupt, match="SIGINT: the latest .* step_00000002"):
        trained(model, images, kept)
    assert [*kept.steps()] == [2]
    assert signal.getsignal(signal.SIGINT) is before
    hashes, rows, _ = trained(model, garments, kept)
    assert [hashes, rows] == [*expected[:2]]


def test_a_disk_that_is_full_does_not_stop_the_run(
    whole, garments, tmp_path, monkeypatch, capfd
):
    model, _, expected = whole

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("resnet_lib.train.checkpoint._write_arrays", full)
    hashes, rows, names = trained(model, garments, Checkpoints(tmp_path))
    assert ([hashes, rows], names) == ([*expected[:2]], [])
    said = capfd.readouterr().err
    assert "checkpoint not written, no checkpoint was kept: [Errno 28] No space" in said
