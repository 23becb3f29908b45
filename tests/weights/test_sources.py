import json
import os
import pickle
import re
import struct
from pathlib import Path

import huggingface_hub
import ml_dtypes
import numpy as np
import pytest
import safetensors.numpy
from flax import nnx
from huggingface_hub import errors
from networks import assert_same, blank, values

from resnet_lib import weights


def test_a_safetensors_file_loads(small, tmp_path):
    path = tmp_path / "small.safetensors"
    safetensors.numpy.save_file(weights.to_torch(small), path)
    for source in (path, str(path)):
        model = blank(small.config)
        weights.load(model, source)
        assert_same(values(model), values(small))


def test_numbers_that_float32_cannot_hold_are_refused_by_name(small):
    source, before = weights.to_torch(small), values(small)
    source["fc.bias"] = np.full(10, 1e39)
    with pytest.raises(ValueError, match="fc.bias holds numbers beyond float32"):
        weights.load(small, source)
    assert_same(values(small), before)
    source["fc.bias"] = np.full(10, np.inf)  # as the source has it
    weights.load(small, source)
    assert np.isinf(small.head.bias[...]).all()


def test_what_is_no_network_of_this_library_is_refused(small):
    other = nnx.Linear(2, 3, rngs=nnx.Rngs(0))
    for refused in (lambda: weights.load(other, {}), lambda: weights.to_torch(other)):
        with pytest.raises(ValueError, match="Linear is no ResNet"):
            refused()
    with pytest.raises(ValueError, match="only shapes: give it weights first"):
        weights.to_torch(blank(small.config))


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64", ">f4"])
@pytest.mark.parametrize("form", ["mapping", "file"])
def test_floats_of_another_width_become_float32(small, tmp_path, dtype, form):
    dtype = ml_dtypes.bfloat16 if dtype == "bfloat16" else dtype
    source = {k: v.astype(dtype) for k, v in weights.to_torch(small).items()}
    bias = np.asarray(source["fc.bias"], np.float32)
    if form == "file":
        path = tmp_path / "a.safetensors"
        safetensors.numpy.save_file(source, path)
        source = path
    weights.load(small, source)
    assert small.head.kernel.dtype == np.float32
    np.testing.assert_array_equal(small.head.bias[...], bias)


KINDS = ["int8", "uint8", "int64", "bool", "complex64", "object", "str", "S4"]

KINDS += ["float8_e4m3fn", "float8_e5m2", "float4_e2m1fn", "int4", "longdouble"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_floating_point_is_refused_by_name(small, kind):
    source = weights.to_torch(small)
    bias, before = source["fc.bias"], values(small)
    other = bias.astype(getattr(ml_dtypes, kind, kind))
    message = f"1 not floating-point: fc.bias is {other.dtype.name}"
    with pytest.raises(ValueError, match=re.escape(message)):
        weights.load(small, source | {"fc.bias": other})
    assert_same(values(small), before)
    weights.load(small, source | {"fc.bias": other}, keep_head=True)


def write_by_hand(path, name, dtype, shape, size):
    """A safetensors file of zeros, which the library need not be able to write."""
    entry = {"dtype": dtype, "shape": shape, "data_offsets": [0, size]}
    header = json.dumps({name: entry}).encode()
    path.write_bytes(struct.pack("<Q", len(header)) + header + bytes(size))


@pytest.mark.parametrize("kind", ["F8_E4M3", "F8_E5M2", "I8", "BOOL"])
def test_a_quantised_file_is_refused_by_name(small, tmp_path, kind):
    path = tmp_path / "a.safetensors"
    write_by_hand(path, "fc.bias", kind, [10], 10)
    with pytest.raises(ValueError, match=f"1 not floating-point: fc.bias is {kind}"):
        weights.load(small, path)


class Ungiving:
    def __array__(self, *_, **__):
        raise TypeError("Got unsupported ScalarType BFloat16")


@pytest.mark.parametrize("value", [Ungiving(), [[1.0], [1.0, 2.0]]])
def test_what_is_no_array_is_refused_by_name(small, value):
    with pytest.raises(ValueError, match="^fc.bias cannot be read as a NumPy array: "):
        weights.load(small, weights.to_torch(small) | {"fc.bias": value})


def test_names_are_escaped_and_shortened(small, tmp_path):
    names = ["\x1b[2J" + str(i).rjust(9, "0") + "x" * 10**5 for i in range(500)]
    array = np.zeros(1, np.float32)
    path = tmp_path / "a.safetensors"
    safetensors.numpy.save_file(dict.fromkeys(names, array), path)
    odd = {7: array, "\u202e\r\n": array}
    for source in (path, dict.fromkeys(names, array) | odd):
        with pytest.raises(ValueError, match="500 unexpected|502 unexpected") as error:
            weights.load(small, source)
        message = str(error.value)
        assert message.isprintable() and len(message) < 10_000
        assert r"\x1b[2J000000000xxx" in message and "and so on" in message


class Bomb:
    def __reduce__(self):
        return pytest.fail, ("a pickle was executed",)


@pytest.mark.parametrize("name", ["a.pth", "a.bin", "a.pt", "a.pth.tar", "a.ckpt"])
def test_a_pickle_is_refused_unread_with_the_way_out(small, tmp_path, name):
    path = tmp_path / name
    path.write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(ValueError, match="pickle.*save_file.*weights_only=True"):
        weights.load(small, path)


def test_a_pickle_called_safetensors_is_not_unpickled(small, tmp_path):
    path = tmp_path / "a.safetensors"
    path.write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(ValueError, match="a.safetensors is not a whole safetensors"):
        weights.load(small, path)


def test_a_truncated_file_is_refused(small, tmp_path):
    path = tmp_path / "a.safetensors"
    safetensors.numpy.save_file(weights.to_torch(small), path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ValueError, match="not a whole safetensors file"):
        weights.load(small, path)


def test_a_file_that_is_not_there_is_named(small, tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere.safetensors cannot be read: "):
        weights.load(small, tmp_path / "nowhere.safetensors")


MAKERS = {
    "is a folder": lambda path: path.mkdir(),
    "is an empty file": lambda path: path.touch(),
    "is no file": lambda path: os.mkfifo(path),
    "is no file: give": lambda path: path.symlink_to("/dev/zero"),
    "cannot be read: Too many levels": lambda path: path.symlink_to(path),
    "cannot be read: No such file": lambda path: path.symlink_to("gone"),
    "is not a whole safetensors file: ": lambda path: path.write_bytes(b"\x1b[2J" * 9),
}


@pytest.mark.parametrize("what", MAKERS)
def test_what_is_no_safetensors_file_is_refused_in_one_line(small, tmp_path, what):
    path = tmp_path / "odd\x1b[2J\nname.safetensors"
    MAKERS[what](path)
    with pytest.raises((ValueError, OSError), match=what) as refusal:
        weights.load(small, path)
    message = str(refusal.value)
    assert message.isprintable() and r"odd\x1b[2J\nname" in message


def test_a_file_that_may_not_be_read_is_named(small, tmp_path, monkeypatch):
    path = tmp_path / "a.safetensors"
    path.write_bytes(b"x")

    def refuse(*_):
        raise PermissionError(13, "Permission denied", "a")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(PermissionError, match="a.safetensors cannot be read: Permiss"):
        weights.load(small, path)


@pytest.mark.parametrize("source", [None, 5, b"a.safetensors", [], object()])
def test_what_is_neither_path_nor_mapping_is_refused(small, source):
    with pytest.raises(ValueError, match="is no source of weights: give the path"):
        weights.load(small, source)


def test_a_folder_of_the_form_of_a_hub_name_is_not_asked_of_the_hub(
    small, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    Path("runs/first").mkdir(parents=True)
    with pytest.raises(ValueError, match="'runs/first' is neither the path"):
        weights.load(small, "runs/first")


@pytest.mark.parametrize(
    "source", ["resnet50", "/models/resnet50", "a/b/c", "", "x" * 200 + "/b"]
)
def test_what_is_no_source_is_refused(small, source):
    with pytest.raises(ValueError, match="neither the path .* nor a name on the"):
        weights.load(small, source)


def test_a_hub_name_is_downloaded_and_loaded(small, tmp_path, monkeypatch):
    path = tmp_path / "model.safetensors"
    safetensors.numpy.save_file(weights.to_torch(small), path)
    asked = []

    def download(*args):
        asked.append(args)
        return str(path)

    monkeypatch.setattr(huggingface_hub, "hf_hub_download", download)
    model = blank(small.config)
    weights.load(model, "timm/small.tv_in1k")
    assert asked == [("timm/small.tv_in1k", "model.safetensors")]
    assert_same(values(model), values(small))


@pytest.mark.parametrize(
    ("error", "meant", "message"),
    [
        (errors.LocalEntryNotFoundError, ConnectionError, "cannot be reached for a/b"),
        (errors.OfflineModeIsEnabled, ConnectionError, "give its path"),
        (errors.EntryNotFoundError, FileNotFoundError, "no model.safetensors at"),
        (errors.RepositoryNotFoundError, FileNotFoundError, "check the name"),
    ],
)
def test_a_failed_download_is_one_clear_line(small, monkeypatch, error, meant, message):
    def download(*_):
        raise error.__new__(error)

    monkeypatch.setattr(huggingface_hub, "hf_hub_download", download)
    with pytest.raises(meant, match=message) as caught:
        weights.load(small, "a/b")
    assert "\n" not in str(caught.value)
    assert type(caught.value) is meant
