import math

from resnet_lib.train.history import describe

ROW = {
    "epoch": 1,
    "train_loss": 0.5,
    "test_accuracy": 0.91,
    "seconds": 2.0,
    "images_per_second": 1500.0,
    "skipped": 0.0,
}


def test_an_epoch_is_one_line():
    line = "epoch 1/3: train loss 0.500, test accuracy 0.9100, 2.0 s, 1,500 images/s"
    assert describe(ROW, 3) == line
    assert describe(ROW | {"skipped": 2.0}, 3) == f"{line}, 2 steps skipped"


def test_without_a_test_set_no_accuracy_is_named():
    assert "nan" not in describe(ROW | {"test_accuracy": math.nan}, 3)
