import jax.numpy as jnp
import numpy as np
import pytest

from resnet_lib.data import CLASS_NAMES, Dataset

IMAGES = np.zeros((3, 28, 28, 1), np.uint8)
RANGE = r"labels must be whole numbers from 0 to 9, one for each image, of shape \(3,\)"


@pytest.mark.parametrize(
    "labels, found",
    [
        ([1, 2, 10], r"int64 from 1 to 10 of shape \(3,\)"),
        ([-1, 0, 1], r"int64 from -1 to 1 of shape \(3,\)"),
        ([[0], [1], [2]], r"int64 from 0 to 2 of shape \(3, 1\)"),
        ([0, 1], r"int64 from 0 to 1 of shape \(2,\)"),
        (7, r"int64 from 7 to 7 of shape \(\)"),
        ([0.5, 1.0, 2.0], r"float64 from 0.5 to 2.0 of shape \(3,\)"),
        ([0.0, 1.0, np.nan], r"float64 from nan to nan of shape \(3,\)"),
        ([True, False, True], r"bool from False to True of shape \(3,\)"),
        (["1", "2", "3"], r"<U1 of shape \(3,\)"),
        (None, r"object of shape \(\)"),
        (np.uint64([0, 1, 2**63]), r"uint64 from 0 to 9223372036854775808"),
    ],
)
def test_labels_that_do_not_fit_are_refused_with_range_and_shape(labels, found):
    with pytest.raises(ValueError, match=f"^{RANGE}: these are {found}") as error:
        Dataset(IMAGES, labels, class_names=CLASS_NAMES)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "images, found",
    [
        (IMAGES[..., 0], r"uint8 from 0 to 0 of shape \(3, 28, 28\)"),
        (IMAGES[0], r"uint8 from 0 to 0 of shape \(28, 28, 1\)"),
        (IMAGES / 255, r"float64 from 0.0 to 0.0 of shape \(3, 28, 28, 1\)"),
        (IMAGES.astype(np.int32), r"int32 from 0 to 0 of shape \(3, 28, 28, 1\)"),
        (IMAGES.astype(bool), r"bool from False to False of shape"),
        (None, r"object of shape \(\)"),
    ],
)
def test_images_that_do_not_fit_are_refused_with_range_and_shape(images, found):
    with pytest.raises(ValueError, match=f"^images must be uint8.*: these are {found}"):
        Dataset(images, [0, 1, 2])


def test_rows_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="^labels must be an array"):
        Dataset(IMAGES, [[1, 2], [3], [4]])


def test_a_label_has_a_name():
    with pytest.raises(ValueError, match="whole numbers from 0 to 1,"):
        Dataset(IMAGES, [0, 1, 2], class_names=("cat", "dog"))
    assert len(Dataset(IMAGES, [0, 1, 99], class_names=())) == 3


@pytest.mark.parametrize(
    "kind", [list, tuple, np.uint8, np.int64, np.uint64, jnp.int32]
)
def test_whole_numbers_of_every_kind_are_kept_as_int32(kind):
    part = Dataset(jnp.asarray(IMAGES), kind([0, 9, 2]))
    assert part.labels.dtype == np.int32 and part.labels.tolist() == [0, 9, 2]
    assert isinstance(part.images, np.ndarray) and isinstance(part.labels, np.ndarray)


def test_a_data_set_may_be_empty():
    assert len(Dataset(IMAGES[:0], np.zeros(0, np.int32))) == 0


def test_images_are_not_copied():
    assert Dataset(IMAGES, [0, 1, 2]).images is IMAGES


@pytest.mark.parametrize("kind", [float, np.float64, jnp.float32, lambda x: [x]])
def test_the_scale_is_kept_as_numbers_of_pythons(kind):
    part = Dataset(IMAGES, [0, 1, 2], mean=kind(0.25), std=kind(0.5))
    assert (part.mean, part.std) in ((0.25, 0.5), ((0.25,), (0.5,)))
    hash((part.mean, part.std))


@pytest.mark.parametrize(
    "scale, words",
    [
        (dict(std=0.0), "std must be a number above 0, or one for each channel: it is"),
        (dict(std=float("nan")), "std must be .* nan"),
        (dict(mean=float("inf")), "mean must be a number, or one for each .* inf"),
        (dict(mean=(0.1, 0.2, 0.3)), r"mean must be .* \(0.1, 0.2, 0.3\)"),
        (dict(mean="grey"), "mean must be .* 'grey'"),
        (dict(mean=()), r"mean must be .* \(\)"),
    ],
)
def test_what_images_cannot_be_normalised_by_is_refused(scale, words):
    with pytest.raises(ValueError, match=words):
        Dataset(IMAGES, [0, 1, 2], **scale)
