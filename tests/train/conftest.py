import pytest
from flax import nnx

from resnet_lib import create_model, data


@pytest.fixture(scope="session")
def garments():
    """A few hundred drawn garments: quick, and never mistaken for the real ones."""
    return data.load("train[:512]", source="standin")


@pytest.fixture
def tiny():
    """A network small enough to compile in a second or two."""
    return create_model(
        "resnet8",
        widths=(4, 8, 8),
        stem_width=4,
        stem="strided",
        in_channels=1,
        rngs=nnx.Rngs(0),
    )
