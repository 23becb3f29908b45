"""A small repository with one experiment, whose records are made by real processes."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
COIN = """\
import time
from pathlib import Path

from resnet_book.ch99_chance.far import LUCK

PRIORITY = 1
ARMS = {"heads": 3, "tails": 2}


def cell(arm, seed, done):
    Path("begun").open("a").write(f"{arm} {seed}\\n")
    time.sleep(float(Path("pause").read_text()) if Path("pause").exists() else 0)
    return {"value": LUCK + seed, "before": sum(map(len, done.values()))}


def trace(arm, seed, done):
    return str(LUCK)


def results(done):
    return done
"""


class Project:
    """A copy of what records need, under git."""

    def __init__(self, root: Path):
        self.root = root
        self.room = root / "book" / "resnet_book" / "ch99_chance"
        self.experiment = self.room / "experiments" / "coin.py"
        self.record = root / "book" / "resnet_book" / "runs" / "coin.json"
        self.all = ["heads 0", "tails 0", "heads 1", "tails 1", "heads 2"]

    def write(self):
        book = self.root / "book" / "resnet_book"
        skip = shutil.ignore_patterns("ch0*", "__pycache__", "*.json")
        shutil.copytree(ROOT / "book" / "resnet_book", book, ignore=skip)
        shutil.copytree(ROOT / "resnet_lib", self.root / "resnet_lib", ignore=skip)
        (self.room / "experiments").mkdir(parents=True)
        (self.room / "__init__.py").touch()
        (self.room / "experiments" / "__init__.py").touch()
        (self.room / "far.py").write_text("LUCK = 10\n")
        (self.room / "near.py").write_text("OTHER = 10\n")
        self.experiment.write_text(COIN)
        (self.root / ".gitignore").write_text("__pycache__/\nbegun\npause\nruns/\n")
        self.git("init", "--quiet")
        self.commit()

    def git(self, *command):
        who = (
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@b",
            "-c",
            "commit.gpgsign=false",
        )
        subprocess.run(["git", *who, *command], cwd=self.root, check=True)

    def commit(self):
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "a commit")

    def command(self, *options):
        return [sys.executable, "-m", "resnet_book.record", *(options or ["coin"])]

    @property
    def environment(self):
        return os.environ | {"PYTHONPATH": f"{self.root}:{self.root / 'book'}"}

    def make(self, *options, environment=None) -> subprocess.CompletedProcess:
        return subprocess.run(
            self.command(*options),
            cwd=self.root,
            env=environment or self.environment,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def start(self, *options) -> subprocess.Popen:
        return subprocess.Popen(
            self.command(*options),
            cwd=self.root,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def begun(self):
        path = self.root / "begun"
        return path.read_text().splitlines() if path.exists() else []

    @property
    def cells(self):
        kept = json.loads(self.record.read_text())["cells"]
        return {f"{cell['arm']} {cell['seed']}": cell for cell in kept}


@pytest.fixture
def project(tmp_path):
    made = Project(tmp_path / "project")
    made.write()
    return made
