import itertools
import json
import time

import numpy as np
import pytest

import benchmarks.__main__ as command
from benchmarks import certifying, contenders, timing, usual_nnx
from benchmarks.contenders import Row
from resnet_book.experiments.provenance import ROOT
from resnet_lib import get_config, weights

SMALL = Row("resnet8", 28, 2)


@pytest.fixture(scope="module")
def found():
    return contenders.contenders(SMALL, ["nnx_jit"])


def test_the_usual_network_is_ours_with_other_code(found):
    assert set(found) == {"ours", "nnx_jit"}
    ours, usual = (found[name].predict() for name in ("ours", "nnx_jit"))
    np.testing.assert_allclose(ours, usual, rtol=1e-3, atol=1e-4)
    assert found["ours"].parameters == found["nnx_jit"].parameters


def test_a_contender_with_other_weights_is_refused(found):
    other = contenders.Contender(print, lambda: found["ours"].predict() + 1, 0)
    other.parameters = found["ours"].parameters
    with pytest.raises(AssertionError, match="thief: logits differ"):
        contenders._check({"ours": found["ours"], "thief": other}, half=False)


def test_a_contender_of_another_size_is_refused(found):
    other = contenders.Contender(print, found["ours"].predict, 1)
    with pytest.raises(AssertionError, match="thief"):
        contenders._check({"ours": found["ours"], "thief": other}, half=False)


@pytest.mark.parametrize("name", ["resnet50", "resnext50_32x4d"])
def test_weights_fit_the_usual_bottlenecks(build, make, name):
    config = get_config(name, depths=(1, 1, 1, 1), num_classes=10)
    given = weights.to_torch(build(config))
    usual_nnx.fill(make(usual_nnx.UsualResNet, config), given)


def test_everyone_is_called_once_a_round(monkeypatch):
    calls = []
    clock = itertools.count()
    monkeypatch.setattr(time, "perf_counter", lambda: float(next(clock)))
    seconds = timing.alternate(
        {name: lambda name=name: calls.append(name) for name in "ab"}, budget=0
    )
    assert calls == list("aabb") + list("ab") * timing.ROUNDS[0]
    assert all(len(each) == timing.ROUNDS[0] for each in seconds.values())


def test_a_slow_round_does_not_move_the_ratio():
    table = timing.summarise({"ours": [1, 1, 10, 1], "peer": [2, 2, 20, 2]})
    assert table["peer"]["ratio"] == 2 and table["ours"]["ratio"] == 1
    assert table["peer"]["ms"] == 2000


def test_an_unknown_row_is_refused_in_one_line(capsys):
    assert command.main(["resnet9000"]) == 2
    assert "no row has 'resnet9000' in its name" in capsys.readouterr().err


@pytest.mark.skipif(
    not (ROOT / "benchmarks").is_dir(), reason="this is an installed wheel, no checkout"
)
def test_what_certifies_a_record_says_why_it_does_not(tmp_path, capsys, monkeypatch):
    path = tmp_path / "benchmark_gpu.json"
    assert certifying.main([str(path)]) == 2
    assert "is no record" in capsys.readouterr().err

    def said(overheads=None, commit="HEAD", row="resnet20 @28 b512"):
        about = {"device": "NVIDIA H100, 8 CPU cores", "commit": commit}
        results = {"rows": [{"row": row}]} | (overheads or {})
        path.write_text(json.dumps({"provenance": about, "results": results}))
        code = certifying.main([str(path)])
        assert (code == 0) == ("certified" in path.read_text())
        return capsys.readouterr().out

    assert "overheads are no programs" in said({"overheads": {}})
    assert "is not here" in said(commit="no such commit")
    assert "another program" in said(row="resnet20 @28 b513")
    assert "has the same programs" in said()
    monkeypatch.setattr(certifying, "OTHERS", ("certifying",))
    shown = type("Shown", (), {"stdout": "BUDGET = 1"})
    monkeypatch.setattr(certifying, "git", lambda *_: shown)
    assert "benchmarks/certifying.py was edited" in said()
