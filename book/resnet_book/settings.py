"""Settings that fit the device at hand, and what this machine is.

    from resnet_book import settings

    print(settings.start())  # the first cell of every notebook
    profile = settings.profile()  # data, model, dtype, batch and epochs that fit

One notebook thus takes minutes on a laptop and fills a TPU. `RESNET_PROFILE` chooses
instead of the device: `smoke` runs every cell once, on almost no data.
"""

import dataclasses
import importlib.metadata
import os

import jax
from packaging.requirements import Requirement

from resnet_book import record
from resnet_lib import cache
from resnet_lib.train.recipe import Recipe

# What tells a host, and where it keeps its accelerators. Kaggle is made from Colab's
# image, so it is asked first.
_HOSTS = {
    "KAGGLE_KERNEL_RUN_TYPE": "Settings > Accelerator > TPU",
    "COLAB_RELEASE_TAG": "Runtime > Change runtime type > v5e-1 TPU",
}


@dataclasses.dataclass(frozen=True)
class Profile:
    """How large a chapter's training run is.

    Attributes:
        name: One of `PROFILES`.
        model: A name that `create_model` knows.
        dtype: What it computes in. T4 GPUs have no bfloat16, so only TPUs get it.
        batch_size: Images per step.
        epochs: Passes over the training images.
        peak_lr: Grows with the batch, by less than in proportion (Goyal et al. 2017
            find that a large batch wants a larger rate and a warm-up).
        train_images: How many of the 60,000.
        test_images: How many of the 10,000.
    """

    name: str
    model: str
    dtype: str
    batch_size: int
    epochs: int
    peak_lr: float
    train_images: int = 60_000
    test_images: int = 10_000

    @property
    def train(self) -> str:
        """The training images, in the notation of `data.load`."""
        return f"train[:{self.train_images}]"

    @property
    def test(self) -> str:
        """The test images, in the notation of `data.load`."""
        return f"test[:{self.test_images}]"

    @property
    def steps(self) -> int:
        """Steps of the whole run."""
        return self.epochs * (self.train_images // self.batch_size)

    def recipe(self) -> Recipe:
        """The recipe, in all else its own defaults."""
        shared = {f.name for f in dataclasses.fields(Recipe)} & set(vars(self))
        return Recipe(**{name: getattr(self, name) for name in shared})

    def forecast(self) -> str:
        """How long the run will take, from the recorded speed of this device."""
        run = f"{self.steps:,} steps of {self.batch_size:,} images"
        backend, device = jax.default_backend(), jax.devices()[0].device_kind
        on_cpu = backend == "cpu"
        measured = record.load("throughput" if on_cpu else "accelerator_throughput")
        about, results = measured["provenance"], measured["results"]
        if not on_cpu:  # one CPU is much like another, accelerators are not
            results = results.get(backend, {}) if device in about["device"] else {}
        if self.model not in results:
            return f"{run}: {self.model} has not been timed on {device} yet"
        speed = results[self.model]
        seconds = self.steps * self.batch_size / speed["images_per_second"]
        return (
            f"{run}: about {_words(seconds + speed['compile_seconds'])}, since "
            f"{about['device']} took {speed['images_per_second']:,.0f} images/s "
            f"({about['date']})"
        )


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("smoke", "compact", "float32", 128, 1, 0.3, 1024, 1000),
        Profile("cpu", "compact", "float32", 128, 3, 0.3),
        Profile("gpu", "resnet20", "float32", 512, 8, 0.6),
        Profile("tpu", "resnet20", "bfloat16", 1024, 15, 1.0),
    )
}


def profile() -> Profile:
    """The settings for this device, or those that `RESNET_PROFILE` names.

    Raises:
        ValueError: `RESNET_PROFILE` names none.
    """
    named = os.environ.get("RESNET_PROFILE")
    if named and named not in PROFILES:
        choices = ", ".join(PROFILES)
        raise ValueError(
            f"RESNET_PROFILE={named}: choose one of {choices}, or unset it"
        )
    return PROFILES.get(named or jax.default_backend(), PROFILES["cpu"])


def start() -> str:
    """Make float32 mean float32, keep what is compiled, and say what this machine is.

    TPUs and newer GPUs multiply float32 matrices in fewer bits unless told otherwise,
    and results that a chapter finds equal would differ in the third digit.

    Returns:
        Device, versions and settings in a line; where something is off, the sentence
        that says what to click or type.
    """
    misfit = _misfit()
    if misfit:
        return misfit
    jax.config.update("jax_default_matmul_precision", "highest")
    try:
        devices = jax.devices()
    except RuntimeError as error:
        return (
            f"The accelerator does not answer ({str(error).splitlines()[0]}): choose "
            "Runtime > Restart session, and close other notebooks that hold it."
        )
    cache.enable()
    settings = profile()
    versions = ", ".join(f"{name} {_version(name)}" for name in _SHOWN)
    text = (
        f"{len(devices)} x {devices[0].device_kind}; {versions}; settings "
        f"{settings.name!r}: {settings.model}, {settings.dtype}, batches of "
        f"{settings.batch_size:,}"
    )
    if jax.default_backend() == "cpu" and _host():
        menu = _HOSTS[_host()]
        text += f"\nThis is a CPU. For a TPU, choose {menu}; then run this again."
    return text


_SHOWN = ("jax", "flax", "resnet-lib")


def _host():
    return next((variable for variable in _HOSTS if variable in os.environ), None)


def _version(name):
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _misfit():
    """The first installed version that the package's metadata refuse, in a sentence."""
    if not _version("resnet-lib"):
        return None  # a checkout that was not installed
    for line in importlib.metadata.requires("resnet-lib"):
        needed = Requirement(line)
        found = _version(needed.name)
        if "extra" in str(needed.marker) or not found:
            continue
        if not needed.specifier.contains(found, prereleases=True):
            cure = f'%pip install "{needed.name}{needed.specifier}", then restart'
            if _host() == "COLAB_RELEASE_TAG":
                cure = "choose Runtime > Change runtime type > Runtime version: Latest"
            return (
                f"{needed.name} {found} does not fit, {needed.name}{needed.specifier} "
                f"is needed: {cure}."
            )
    return None


def _words(seconds):
    if seconds < 90:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes"
