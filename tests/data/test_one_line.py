import pytest

from resnet_lib.data.dataset import one_line


@pytest.mark.parametrize(
    "reason, line",
    [
        ("one\ntwo", "one"),
        (OSError(28, "No space left on device"), "No space left on device"),
        (ValueError(), "ValueError"),
        ("\x1b[2J\x07é", r"\x1b[2J\x07é"),
        ("x" * 10**6, "x" * 300 + "…"),
    ],
)
def test_a_reason_becomes_one_printable_line(reason, line):
    assert one_line(reason) == line
