"""What the workflows on GitHub may do, and that what they call exists."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
NEEDS_WRITING = {"report": {"issues"}, "publish": {"pages", "id-token"}}


def read(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


WEEKLY = read(ROOT / ".github" / "workflows" / "weekly.yml")


def steps(path):
    return [step for job in read(path)["jobs"].values() for step in job["steps"]]


each = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)


@each
def test_actions_are_pinned_to_a_commit_with_its_version_beside_it(path):
    used = re.findall(r"uses: (.*)", path.read_text())
    for action in used:
        assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action)
    assert len(used) == sum("uses" in step for step in steps(path))


@each
def test_nothing_may_be_written_but_where_a_job_is_there_for_it(path):
    assert read(path)["permissions"] == {"contents": "read"}
    for name, job in read(path)["jobs"].items():
        writes = {k for k, v in job.get("permissions", {}).items() if v == "write"}
        assert writes == NEEDS_WRITING.get(name, set())


@each
def test_no_checkout_leaves_its_token_behind(path):
    for step in steps(path):
        if "checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False


@each
def test_commands_are_free_of_text_that_others_can_choose(path):
    for step in steps(path):
        assert "${{" not in step.get("run", "")


def made(path):
    """The targets that a workflow makes, those of a job's matrix too."""
    for job in read(path)["jobs"].values():
        matrix = job.get("strategy", {}).get("matrix", {})
        entries = [
            entry["target"] for entry in matrix.get("include", ()) if "target" in entry
        ]
        run = "\n".join(step.get("run", "") for step in job["steps"])
        for line in re.findall(r"^\s*make (.*)$", run, re.MULTILINE):
            words = [word for word in shlex.split(line) if "=" not in word]
            yield from [*matrix["target"], *entries] if words == ["$TARGET"] else words


@each
def test_every_target_that_is_made_exists(path):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    assert set(made(path)) and set(made(path)) <= targets


def test_every_python_that_the_package_supports_is_tested():
    matrix = read(ROOT / ".github/workflows/tests.yml")["jobs"]["test"]["strategy"]
    assert matrix["matrix"]["python"] == ["3.11", "3.12", "3.13"]
    assert matrix["matrix"]["include"][0]["target"] == "test-colab"


def test_the_issue_is_titled_as_the_job_that_failed():
    jobs = WEEKLY["jobs"]
    for name in jobs["report"]["needs"]:
        title = jobs[name]["name"].split(" (")[0]
        assert f'"{title}"' in jobs["report"]["steps"][0]["run"]


def settings(job):
    """What a job's variables are in each entry of its matrix."""
    for entry in job["strategy"]["matrix"]["include"]:

        def fill(match, entry=entry):
            return entry[match[1]]

        yield {
            name: re.sub(r"\$\{\{ matrix\.(\w+) \}\}", fill, value)
            for name, value in job["env"].items()
        }


READ = """
import flax, jax
names = "jax_numpy_dtype_promotion", "jax_numpy_rank_promotion"
flags = "nnx_graph_mode", "nnx_graph_updates"
print(*(getattr(jax.config, name) for name in names))
print(*(getattr(flax.config, name, "none") for name in flags))
"""


def test_the_weekly_runs_set_what_jax_and_flax_read():
    seen = []
    for variables in settings(WEEKLY["jobs"]["newest"]):
        command = [sys.executable, "-c", READ]
        environment = {**os.environ, **variables}
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        seen.append(done.stdout.split())
    usual, graphs, strict = seen
    assert usual[:2] == graphs[:2] == ["standard", "allow"]
    assert strict[:2] == ["strict", "raise"]
    if usual[2:] != ["none", "none"]:  # Flax at the floor has no such flags
        assert usual[2:] == strict[2:] == ["True", "True"]
        assert graphs[2:] == ["False", "False"]
