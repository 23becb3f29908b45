"""The table of lesions: medians over blocks, means over seeds."""

from resnet_book.ch02_residual_blocks.lesioned import table


def seed(shift):
    several = {str(count): [10.0 * count + shift] * 3 for count in (1, 2, 3, 4, 6)}
    return {
        "whole": 90.0 + shift,
        "removed": [80.0 + shift, None, 70.0 + shift, 20.0 + shift],
        "swapped": [None, 60.0 + shift],
        "several": several,
    }


def test_medians_over_blocks_and_means_with_the_range_over_seeds():
    (row,) = table({"resnet20": {"0": seed(0), "1": seed(2)}})
    row = [cell.replace("\N{WORD JOINER}", "") for cell in row]
    assert row[:5] == [
        "resnet-20",
        "91.0 (90.0–92.0)",
        "71.0 (70.0–72.0)",
        "21.0 (20.0–22.0)",
        "61.0 (60.0–62.0)",
    ]
    assert row[5:] == [
        "21.0 (20.0–22.0)",
        "41.0 (40.0–42.0)",
        "61.0 (60.0–62.0)",
    ]
