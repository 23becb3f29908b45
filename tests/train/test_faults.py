"""A short run with one call to the system that fails, as SQLite is tested.

With strace, from Debian's package of that name: at each kind of call that writes, on
each kind of file, at several places. Afterwards the run has either ended the same, or
goes on to the same bits; and the screen holds one sentence.
"""

import json
import os
import shutil
import subprocess
import sys

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed"),
]
OPTIONS = "--model resnet8 --source standin --train-split train[:128] --test-split "
OPTIONS += "test[:64] --batch-size 32 --epochs 2 --save-minutes 0"  # eight steps
USUAL = ("epoch", "stand")  # how lines begin that every run says
FAULTS = [
    ("mkdir", "ENOSPC", "checkpoints/.step_00000001.partial"),
    ("openat", "EROFS", "checkpoints/.step_00000004.partial/about.json"),
    ("write", "ENOSPC", "checkpoints/.step_00000001.partial/arrays.safetensors"),
    ("write", "EIO", "checkpoints/.step_00000008.partial/arrays.safetensors"),
    ("write", "ENOSPC", "checkpoints/.step_00000003.partial/about.json"),
    ("write", "EDQUOT", "checkpoints/.step_00000004.partial/manifest.sha256"),
    ("fsync", "EIO", "checkpoints/.step_00000002.partial/arrays.safetensors"),
    ("fsync", "EIO", "checkpoints/.step_00000005.partial"),
    ("fsync", "EIO", "checkpoints"),
    ("close", "EIO", "checkpoints/.step_00000006.partial/about.json"),
    ("rename", "ENOSPC", "checkpoints/.step_00000003.partial"),
    ("rename", "EIO", "checkpoints/.step_00000008.partial"),
    ("unlinkat", "EIO", "checkpoints/step_00000001"),
    ("rmdir", "EROFS", "checkpoints/step_00000002"),
    ("write", "ENOSPC", ".config.json.partial"),
    ("rename", "EROFS", ".config.json.partial"),
    ("fsync", "EIO", ""),
    ("write", "ENOSPC", ".metrics.jsonl.partial"),
    ("fsync", "EIO", ".metrics.jsonl.partial"),
    ("rename", "EROFS", ".metrics.jsonl.partial"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("faults")


@pytest.fixture(scope="module")
def undisturbed(folder):
    code, sha256, _ = train(folder, folder / "whole")
    assert code == 0
    return sha256, kept(folder / "whole")


@pytest.mark.parametrize("call, error, name", FAULTS)
def test_a_run_with_a_fault_ends_the_same_or_goes_on_to_the_same_bits(
    folder, tmp_path, undisturbed, call, error, name
):
    out, log = tmp_path / "run", tmp_path / "log"
    inject = f"inject={call}:error={error}:when=1"
    code, found, said = train(
        folder,
        out,
        *("strace", "-f", "-qq", "--seccomp-bpf", "-o", log, "-e", f"trace={call}"),
        *("-e", inject, "-P", out / name),
    )
    assert "(INJECTED)" in log.read_text()
    sentences = [line for line in said.splitlines() if line[:5] not in USUAL]
    if code == 0:
        assert len(sentences) <= 1
    else:
        assert code == 1 and len(sentences) == 1
        assert "[Errno " in sentences[0]
        code, found, _ = train(folder, out)
    assert (code, found, kept(out)) == (0, *undisturbed)


def train(folder, out, *tracer):
    """Exit code, the hash that the run ended with, and what it said."""
    more = ["--resume"] if (out / "config.json").exists() else OPTIONS.split()
    command = [*tracer, sys.executable, "-m", "resnet_lib.train", "--out", out, *more]
    where = {
        "JAX_COMPILATION_CACHE_DIR": str(folder / "compiled"),  # to start sooner
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        "JAX_PLATFORMS": "cpu",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    done = subprocess.run(
        [*command, "--save-minutes", "0"],
        capture_output=True,
        text=True,
        env=os.environ | where,
        check=False,
    )
    last = done.stdout.splitlines()[-1:]
    return done.returncode, json.loads(last[0])["sha256"] if last else None, done.stderr


def kept(out):
    """What is on the disk, without times."""
    rows = [json.loads(row) for row in (out / "metrics.jsonl").read_text().splitlines()]
    for row in rows:
        del row["seconds"], row["images_per_second"]
    abouts = sorted(out.glob("checkpoints/step_*/about.json"))
    sums = {p.parent.name: json.loads(p.read_text())["sha256"] for p in abouts}
    return rows, sums, [path.name for path in out.rglob("*.partial")]
