"""Fashion-MNIST as a TensorFlow Datasets builder that needs no TensorFlow.

TFDS's own `fashion_mnist` extracts gzip, walks files and packs PNG images with
TensorFlow. This one keeps the pixels as `Tensor` features and writes ArrayRecord
files, both of which are plain Python and NumPy. The archives' checksums stand in
`checksums.tsv` beside this file, where TFDS looks for them.

Import this module inside functions only: TFDS takes a good part of a second.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import tensorflow_datasets as tfds

from resnet_lib.data import fetch, idx
from resnet_lib.data.dataset import CLASS_NAMES

_CITATION = """\
@article{xiao2017fashion,
  title = {Fashion-{MNIST}: a Novel Image Dataset for Benchmarking Machine Learning
           Algorithms},
  author = {Xiao, Han and Rasul, Kashif and Vollgraf, Roland},
  journal = {arXiv preprint arXiv:1708.07747},
  year = {2017}
}
"""


class _Info(tfds.core.DatasetInfo):
    def initialize_from_bucket(self) -> None:
        """Do nothing: TFDS would look on its servers and leave a folder in /tmp."""


class FashionMnistArrays(tfds.core.GeneratorBasedBuilder):
    """60,000 + 10,000 grey images `(28, 28, 1)` uint8 of ten kinds of clothing.

    One record an image, in the published order: `{"image": uint8, "label": int64}`.
    Prepare with `file_format="array_record"`; read with `as_data_source`, which is
    also what Grain takes.

    Attributes:
        raw: a folder of IDX files to prepare from; None downloads them.
    """

    VERSION = tfds.core.Version("1.0.0")

    raw: Path | None = None

    def _info(self) -> tfds.core.DatasetInfo:
        return _Info(
            builder=self,
            description="Fashion-MNIST, its pixels kept as they are.",
            features=tfds.features.FeaturesDict(
                {
                    "image": tfds.features.Tensor(
                        shape=(28, 28, 1), dtype=np.uint8, encoding="bytes"
                    ),
                    "label": tfds.features.ClassLabel(names=list(CLASS_NAMES)),
                }
            ),
            supervised_keys=("image", "label"),
            homepage="https://github.com/zalandoresearch/fashion-mnist",
            citation=_CITATION,
            disable_shuffling=True,
        )

    def _split_generators(self, dl_manager: tfds.download.DownloadManager) -> dict:
        paths = idx.locate(self.raw) if self.raw else dl_manager.download(fetch.URLS)
        return {
            split: self._generate_examples(*idx.read_split(paths, split))
            for split in idx.FILES
        }

    def _generate_examples(
        self, images: np.ndarray, labels: np.ndarray
    ) -> Iterator[tuple[int, dict]]:
        for index, (image, label) in enumerate(zip(images, labels, strict=True)):
            yield index, {"image": image, "label": int(label)}
