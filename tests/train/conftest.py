import jax
import pytest
from flax import nnx
from jax.experimental.compilation_cache import compilation_cache

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


@pytest.fixture(scope="module")
def compiled_once(tmp_path_factory):
    """Within a module, a program that was compiled before is read from disk."""
    settings = {
        "jax_compilation_cache_dir": str(tmp_path_factory.mktemp("compiled")),
        "jax_persistent_cache_min_compile_time_secs": 0,
    }
    before = {name: getattr(jax.config, name) for name in settings}
    for values in (settings, before):
        for name, value in values.items():
            jax.config.update(name, value)
        compilation_cache.reset_cache()
        if values is settings:
            yield
