"""The real data, bit for bit."""

import hashlib

import numpy as np
import pytest

# Of the published files once decompressed, typed here a second time on purpose.
PUBLISHED = {
    "train": (
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    ),
    "test": (
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    ),
}
SIZES = {"train": 60_000, "test": 10_000}


@pytest.mark.parametrize("split", SIZES)
def test_a_split_has_the_published_sizes_and_balance(fashion_mnist, split):
    part, n = fashion_mnist[split], SIZES[split]
    assert part.images.shape == (n, 28, 28, 1) and part.images.dtype == np.uint8
    assert part.labels.shape == (n,) and part.labels.dtype == np.int32
    assert np.bincount(part.labels).tolist() == [n // 10] * 10


@pytest.mark.parametrize("split", SIZES)
def test_a_split_has_the_published_content(fashion_mnist, split):
    part, n = fashion_mnist[split], SIZES[split]
    sizes = b"".join(size.to_bytes(4) for size in (n, 28, 28))
    images = b"\0\0\x08\x03" + sizes + part.images.tobytes()
    labels = b"\0\0\x08\x01" + sizes[:4] + part.labels.astype(np.uint8).tobytes()
    found = tuple(hashlib.sha256(content).hexdigest() for content in (images, labels))
    assert found == PUBLISHED[split]


def test_the_first_image_is_an_ankle_boot(fashion_mnist):
    train = fashion_mnist["train"]
    assert train.class_names[train.labels[0]] == "Ankle boot"
