"""Powers and large or small numbers, as they are written by hand."""

import pytest

from resnet_book.powers import power, scientific


@pytest.mark.parametrize(
    "base, exponent, written", [(2, -7, "2⁻⁷"), (2, -23.0, "2⁻²³"), (10, 4, "10⁴")]
)
def test_an_exponent_is_raised(base, exponent, written):
    assert power(base, exponent) == written


@pytest.mark.parametrize(
    "number, digits, written",
    [(3.4028e38, 1, "3.4·10³⁸"), (65504.0, 1, "6.6·10⁴"), (4.4e-7, 0, "4·10⁻⁷")],
)
def test_a_number_stands_before_its_power_of_ten(number, digits, written):
    assert scientific(number, digits) == written
