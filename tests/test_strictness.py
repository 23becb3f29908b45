"""The settings of JAX that careful users turn on: nothing is promoted in silence."""

import jax
import numpy as np
import pytest
from flax import nnx
from resnet_lib.augment import normalise

from resnet_lib import create_model, data, summary
from resnet_lib.probes import probe
from resnet_lib.train import Recipe, evaluate, evaluate_flipped, fit


@pytest.mark.parametrize(
    "schedule, dispatch", [("one_cycle", False), ("cosine", True), ("constant", False)]
)
def test_a_model_trains_and_is_measured_without_any_promotion(schedule, dispatch):
    garments = data.load("train[:64]", source="standin")
    recipe = Recipe(
        epochs=1,
        batch_size=32,
        schedule=schedule,
        augmentation="crop_flip_erase",
        ema=0.9,
        dtype="bfloat16" if dispatch else "float32",
    )
    with jax.numpy_dtype_promotion("strict"), jax.numpy_rank_promotion("raise"):
        model = create_model(
            "resnet8",
            widths=(4, 8, 8),
            stem_width=4,
            stem="imagenet",
            in_channels=1,
            shortcut="D",
            drop_path=0.1,
            dtype=recipe.dtype,
            rngs=nnx.Rngs(0),
        )
        averaged = nnx.clone(model)
        history = fit(
            model,
            garments,
            garments,
            recipe,
            averaged=averaged,
            dispatch_epochs=dispatch,
        )
        found = probe(model, normalise(garments.images), garments.labels)
        assert np.isfinite(history.train_loss + history.test_loss).all()
        assert evaluate(model, garments).loss == history.test_loss[0]
        assert np.isfinite(evaluate_flipped(averaged, garments).loss)
        assert np.isfinite(found.gradient_norm).all()
        assert "stage1" in str(summary(model.config, 28))
