"""Settings by device, the forecast, and what the first cell of a notebook says."""

import importlib.metadata
import types

import jax
import pytest

from resnet_book import record, settings
from resnet_lib import list_models
from resnet_lib.train import Recipe


@pytest.fixture(autouse=True)
def nowhere(monkeypatch):
    """No profile asked for, no host known; JAX's own setting put back afterwards."""
    for variable in ("RESNET_PROFILE", "COLAB_RELEASE_TAG", "KAGGLE_KERNEL_RUN_TYPE"):
        monkeypatch.delenv(variable, raising=False)
    before = jax.config.jax_default_matmul_precision
    yield
    jax.config.update("jax_default_matmul_precision", before)


@pytest.mark.parametrize(
    ("backend", "expected"),
    [("cpu", "cpu"), ("gpu", "gpu"), ("tpu", "tpu"), ("METAL", "cpu")],
)
def test_the_device_chooses_the_profile(monkeypatch, backend, expected):
    monkeypatch.setattr(jax, "default_backend", lambda: backend)
    assert settings.profile().name == expected


def test_the_environment_chooses_before_the_device(monkeypatch):
    monkeypatch.setenv("RESNET_PROFILE", "smoke")
    assert settings.profile().name == "smoke"


def test_an_unknown_profile_is_refused_with_the_ones_there_are(monkeypatch):
    monkeypatch.setenv("RESNET_PROFILE", "quick")
    with pytest.raises(ValueError, match="quick: choose one of smoke, cpu, gpu, tpu"):
        settings.profile()


def test_on_a_cpu_the_recipe_is_the_librarys_own():
    assert settings.PROFILES["cpu"].recipe() == Recipe()


def test_on_a_tpu_batches_are_large_and_the_dtype_is_the_chips_own():
    tpu = settings.PROFILES["tpu"]
    assert tpu.batch_size >= 1024 and tpu.dtype == "bfloat16"
    assert (tpu.train_images, tpu.test_images) == (60_000, 10_000)


def test_every_profile_names_a_model_and_takes_a_step():
    for profile in settings.PROFILES.values():
        assert profile.model in list_models()
        assert profile.steps >= 1
        recipe = profile.recipe()
        assert recipe.batch_size * profile.steps <= recipe.epochs * profile.train_images


def test_the_forecast_is_steps_over_the_recorded_speed(monkeypatch):
    recorded = {
        "provenance": {"device": "an abacus", "date": "2026-01-02"},
        "results": {
            "backend": "cpu",
            "compact": {"images_per_second": 1000.0, "compile_seconds": 9.6},
        },
    }
    monkeypatch.setattr(record, "load", {"throughput": recorded}.__getitem__)
    images = 3 * (60_000 // 128) * 128
    forecast = settings.PROFILES["cpu"].forecast()
    assert f"about {(images / 1000 + 9.6) / 60:.0f} minutes" in forecast
    assert "an abacus took 1,000 images/s (2026-01-02)" in forecast
    assert "about 11 seconds" in settings.PROFILES["smoke"].forecast()


def test_the_recorded_speed_is_that_of_the_profile():
    results = record.load("throughput")["results"]
    cpu = settings.PROFILES["cpu"]
    measured = results[cpu.model]
    assert results["backend"] == "cpu"
    assert (measured["batch_size"], measured["dtype"]) == (cpu.batch_size, cpu.dtype)


def test_an_accelerator_is_forecast_by_the_speed_of_its_own_kind(monkeypatch):
    device = types.SimpleNamespace(device_kind="NVIDIA H200")
    monkeypatch.setattr(jax, "default_backend", lambda: "gpu")
    monkeypatch.setattr(jax, "devices", lambda: [device])
    assert "NVIDIA H200, 16 CPU cores took" in settings.PROFILES["gpu"].forecast()
    device.device_kind = "Tesla T4"
    said = settings.PROFILES["gpu"].forecast()
    assert said.endswith("resnet20 has not been timed on Tesla T4 yet")


def test_without_a_measurement_of_the_device_there_is_no_forecast(monkeypatch):
    monkeypatch.setattr(jax, "default_backend", lambda: "tpu")
    assert "has not been timed" in settings.PROFILES["tpu"].forecast()


def test_the_first_cell_prints_device_versions_and_settings_in_a_line():
    text = settings.start()
    assert "\n" not in text
    assert jax.devices()[0].device_kind in text
    assert f"jax {importlib.metadata.version('jax')}" in text
    assert "settings 'cpu': compact, float32, batches of 128" in text


def test_the_first_cell_makes_float32_mean_float32():
    jax.config.update("jax_default_matmul_precision", None)
    settings.start()
    assert jax.config.jax_default_matmul_precision == "highest"


def test_a_host_without_its_accelerator_is_told_where_to_click(monkeypatch):
    monkeypatch.setenv("COLAB_RELEASE_TAG", "release")
    assert "Runtime > Change runtime type > v5e-1 TPU" in settings.start()
    monkeypatch.setenv("KAGGLE_KERNEL_RUN_TYPE", "Interactive")
    assert "Settings > Accelerator > TPU" in settings.start()


def test_a_version_that_does_not_fit_is_named_with_its_cure(monkeypatch):
    version = importlib.metadata.version
    old = {"flax": "0.10.3"}
    monkeypatch.setattr(
        importlib.metadata, "version", lambda name: old.get(name) or version(name)
    )
    assert settings.start() == (
        'flax 0.10.3 does not fit, flax>=0.11.2 is needed: %pip install "flax>=0.11.2",'
        " then restart."
    )
    monkeypatch.setenv("COLAB_RELEASE_TAG", "release")
    assert settings.start().endswith("> Runtime version: Latest.")


def test_an_accelerator_that_does_not_answer_is_one_sentence(monkeypatch):
    def devices():
        raise RuntimeError("The TPU is already in use\nby another process")

    monkeypatch.setattr(jax, "devices", devices)
    text = settings.start()
    assert "\n" not in text
    assert "(The TPU is already in use): choose Runtime > Restart session" in text


def test_the_first_cell_keeps_what_is_compiled_after_it(monkeypatch):
    calls = []
    monkeypatch.setattr(settings.cache, "enable", lambda: calls.append("enabled"))
    settings.start()
    assert calls == ["enabled"]
