import pytest

from resnet_book.ch08_many_devices.experiments import killed_process

TINY = (
    "--model resnet8 --source standin --train-split train[:256] --test-split test[:64] "
    "--batch-size 32 --save-minutes 0 --epochs 6"
)


@pytest.mark.slow
@pytest.mark.parametrize("arm", killed_process.ARMS)
def test_the_others_end_with_a_sentence_and_all_go_on_to_the_same_bits(
    arm, monkeypatch
):
    monkeypatch.setattr(killed_process, "OPTIONS", TINY)
    monkeypatch.setattr(killed_process, "EPOCHS", 6)
    found = killed_process.cell(arm, 0, {})
    assert found["parameters"] and found["metrics"]
    assert found["codes"] == [1, 1, 1]
    victim = killed_process.VICTIMS[arm]
    assert all(f"process {victim} has died" in said for said in found["said"])
    assert 0 < found["seconds"] < 60
