"""A data set of 40 + 20 images in IDX files, and a machine that has nothing else."""

import dataclasses
import gzip
import hashlib
import json
import os
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
import pytest

from resnet_lib import data
from resnet_lib.data.fashion_mnist import idx, search, tfds_copy

SIZES = {"train": 40, "test": 20}


@dataclasses.dataclass
class Tiny:
    """What the tiny data set holds, and the folder of its four gzip-packed files."""

    folder: Path
    images: dict
    labels: dict
    files: dict

    def path(self, name):
        return self.folder / f"{name}.gz"

    def write(self, name, content):
        self.path(name).write_bytes(gzip.compress(content))


@pytest.fixture(autouse=True)
def bare_machine(tmp_path, monkeypatch):
    """No copy, no raw files, no network: each test brings what it needs."""

    def no_network(url, timeout):
        raise urllib.error.URLError(OSError(-2, "Name or service not known"))

    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("FASHION_MNIST_DIR", raising=False)
    monkeypatch.setattr(search, "DEBIAN_FOLDER", tmp_path / "no-such-package")
    monkeypatch.setattr(urllib.request, "urlopen", no_network)


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """The tiny data set takes the published one's place in the table of checksums."""
    rng = np.random.default_rng(0)
    tiny = Tiny(tmp_path / "raw", images={}, labels={}, files={})
    tiny.folder.mkdir()
    for split, n in SIZES.items():
        tiny.images[split] = rng.integers(0, 256, (n, 28, 28, 1), np.uint8)
        tiny.labels[split] = rng.integers(0, 10, n).astype(np.int32)
        arrays = tiny.images[split], tiny.labels[split].astype(np.uint8)
        pair = []
        for file, array in zip(idx.FILES[split], arrays, strict=True):
            file = dataclasses.replace(file, shape=(n, *file.shape[1:]))
            content = file.header + array.tobytes()
            digest = hashlib.sha256(content).hexdigest()
            pair.append(dataclasses.replace(file, sha256=digest))
            tiny.write(file.name, content)
        tiny.files[split] = tuple(pair)
    monkeypatch.setattr(idx, "FILES", tiny.files)
    return tiny


@pytest.fixture
def build(monkeypatch):
    """`build(code)`: what TFDS's process does in the middle of preparing."""

    def build(code):
        script = (
            "import os, pathlib, signal, sys\n"
            "from resnet_lib.data.fashion_mnist import tfds_builder\n"
            "def examples(self, images, labels):\n"
            "    yield 0, {'image': images[0], 'label': int(labels[0])}\n"
            f"    {code}\n"
            "tfds_builder.FashionMnistArrays._generate_examples = examples\n"
            "tfds_builder.main(pathlib.Path(sys.argv[1]))\n"
        )
        monkeypatch.setattr(tfds_copy, "_BUILD", script)

    return build


@pytest.fixture
def child_script(tiny, tmp_path):
    """Python that makes another process see the tiny data set's checksums."""
    table = tmp_path / "files.json"
    pairs = [
        (split, [dataclasses.astuple(file) for file in pair])
        for split, pair in tiny.files.items()
    ]
    table.write_text(json.dumps(pairs))
    return (
        "import json, os, pathlib, signal, time\n"
        "from resnet_lib import data\n"
        "from resnet_lib.data.fashion_mnist import idx, tfds_copy\n"
        "idx.FILES = {\n"
        "    split: tuple(idx.IdxFile(n, tuple(shape), s) for n, shape, s in pair)\n"
        f"    for split, pair in json.loads(pathlib.Path({str(table)!r}).read_text())\n"
        "}\n"
    )


@pytest.fixture(scope="session")
def fashion_mnist(tmp_path_factory):
    """The real data: the copy of `make data`, or one made here from local files."""
    home = tfds_copy.cache()
    if tfds_copy.exists(home):
        return {split: data.load(split) for split in SIZES}
    if search.local_files() is None:
        pytest.skip("needs Fashion-MNIST: run `make data` first")
    home = tmp_path_factory.mktemp("fashion_mnist")
    return {split: data.load(split, data_dir=home) for split in SIZES}


@pytest.fixture
def tree():
    """Every path below a folder, relative to it."""

    def walk(folder):
        return sorted(str(path.relative_to(folder)) for path in Path(folder).rglob("*"))

    return walk


@pytest.fixture
def checksum():
    return lambda path: hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def not_root():
    if os.geteuid() == 0:
        pytest.skip("root may write to any folder")
