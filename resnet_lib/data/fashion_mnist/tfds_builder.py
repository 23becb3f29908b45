"""Fashion-MNIST as a TensorFlow Datasets builder that needs no TensorFlow.

TFDS's own `fashion_mnist` extracts gzip, walks files and packs PNG images with
TensorFlow. This one keeps the pixels as `Tensor` features and writes ArrayRecord
files, both of which are plain Python and NumPy.

TFDS prints, logs and shows bars, and while it is imported it exchanges Python's own
`import` for all threads. So it works in a process of its own: `resnet_lib` never
imports this module, `tfds_copy.prepare` runs its `main`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import tensorflow_datasets as tfds

from resnet_lib.data.dataset import one_line
from resnet_lib.data.fashion_mnist import CLASS_NAMES

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

    One record per image, in the published order: `{"image": uint8, "label": int64}`.
    Prepare with `file_format="array_record"`; read with `as_data_source`, which is
    also what Grain takes.

    Attributes:
        splits: the images and labels to prepare from, by split.
    """

    VERSION = tfds.core.Version("1.0.0")

    splits: dict[str, tuple[np.ndarray, np.ndarray]]

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
        return {
            split: self._generate_examples(*arrays)
            for split, arrays in self.splits.items()
        }

    def _generate_examples(
        self, images: np.ndarray, labels: np.ndarray
    ) -> Iterator[tuple[int, dict]]:
        for index, (image, label) in enumerate(zip(images, labels, strict=True)):
            yield index, {"image": image, "label": int(label)}


def main(work: Path) -> None:
    """Prepare the arrays of `work/arrays.npz` below `work`; one line when it fails."""
    tfds.disable_progress_bar()
    try:
        with np.load(work / "arrays.npz") as arrays:
            splits = dict.fromkeys(name.partition("/")[0] for name in arrays)
            builder = FashionMnistArrays(data_dir=work)
            builder.splits = {
                split: (arrays[f"{split}/images"], arrays[f"{split}/labels"])
                for split in splits
            }
        builder.download_and_prepare(
            download_dir=work / "downloads",
            download_config=tfds.download.DownloadConfig(try_download_gcs=False),
            file_format="array_record",
        )
    except Exception as error:  # ArrayRecord: a full disk is a RuntimeError
        sys.exit(one_line(error))
