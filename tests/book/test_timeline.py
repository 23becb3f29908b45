"""The model of two lanes: its formula fits its long runs, and it fits the records."""

import itertools

import pytest

from resnet_book import record
from resnet_book.ch07_accelerators.interactive import timeline
from resnet_book.ch07_accelerators.interactive.timeline import per_step, simulate

LOOPS = list(itertools.product(timeline.ASKS, timeline.SCANS))


@pytest.mark.parametrize(("ask", "scan"), LOOPS)
@pytest.mark.parametrize(("python", "device"), [(6.5, 5), (1.1, 27), (40, 0.5), (3, 3)])
def test_the_formula_is_what_a_long_loop_takes(python, device, ask, scan):
    short, long = (
        simulate(python, device, ask, scan, steps)["works"][-1][1]
        for steps in (120, 240)
    )
    assert per_step(python, device, ask, scan) == pytest.approx((long - short) / 120)


def test_a_wait_for_each_step_puts_the_lanes_one_after_the_other():
    found = simulate(2, 3, "each", 1, steps=2)
    assert found == {
        "calls": [[0, 2], [5, 7]],
        "works": [[2, 5], [7, 10]],
        "waits": [[2, 5], [7, 10]],
    }


def test_a_loss_of_the_call_before_keeps_the_device_at_work():
    found = simulate(2, 3, "late", 1, steps=3)
    assert found["works"] == [[2, 5], [5, 8], [8, 11]]
    assert found["waits"] == [[4, 5], [7, 8]]


def test_calls_are_worked_off_in_order_and_never_before_they_are_handed_out():
    for ask, scan in LOOPS:
        found = simulate(4, 3, ask, scan)
        ends = [0, *(end for _, end in found["works"])]
        for (_, handed), (begin, _), free in zip(
            found["calls"], found["works"], ends[:-1], strict=True
        ):
            assert begin == max(handed, free)


def test_the_model_gives_the_recorded_times_of_its_runs_but_that_of_xlas_own_forms():
    agreed, other = 0, {}
    for run in timeline.numbers()["runs"]:
        for loop, recorded in run["recorded"].items():
            ask, scan = loop.split()
            model = per_step(run["python"], run["device"], ask, int(scan))
            if model == pytest.approx(recorded, rel=5e-3):
                agreed += 1
            else:
                other[run["name"], loop] = recorded / model
    assert agreed == 4
    assert list(other) == [("two CPU cores, nnx.jit", "each 1")]
    assert other["two CPU cores, nnx.jit", "each 1"] > 1


def test_the_recorded_times_are_those_of_resnet20_on_the_devices_named():
    for name, device in (("gpu", "H200"), ("cpu", "2 CPU cores")):
        kept = record.load(f"benchmark_{name}")
        assert device in kept["provenance"]["device"]
        assert kept["results"]["rows"][0]["row"].startswith("resnet20 ")
    speed = record.load("accelerator_throughput")
    assert "H200" in speed["provenance"]["device"]
    rows = record.load("benchmark_gpu")["results"]["rows"]
    batch = speed["results"]["gpu"]["resnet20"]["batch_size"]
    assert rows[0]["row"].endswith(f" b{batch}")


def test_every_recorded_run_can_be_set_by_the_sliders():
    data = timeline.numbers()
    for run, lane in itertools.product(data["runs"], ("python", "device")):
        assert run[lane] in data["sliders"][lane]
