import dataclasses
import json
import math

import pytest

from resnet_lib import files
from resnet_lib.train.history import History, describe

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


def test_a_history_without_a_test_set_comes_back_from_strict_json():
    names = [field.name for field in dataclasses.fields(History)]
    history = History()
    history.append(**dict.fromkeys(names, 0.5) | {"test_accuracy": math.nan})
    text = files.to_json(history.rows())
    again = History.of(json.loads(text, parse_constant=pytest.fail))
    assert math.isnan(again.test_accuracy[0]) and again.test_loss == [0.5]
    assert str(again.rows()) == str(history.rows())


@pytest.mark.parametrize("rows", [None, {}, 3, [3], [{}], [{"epoch": 1, "mixup": 2.0}]])
def test_what_is_no_history_is_refused(rows):
    with pytest.raises(ValueError, match="its history"):
        History.of(rows)
