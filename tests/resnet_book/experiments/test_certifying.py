"""Cells by other code than today's: certified where their first steps repeat."""

import subprocess

import pytest


def test_an_edit_far_away_that_matters_makes_cells_stale_and_another_does_not(project):
    project.make()
    (project.room / "near.py").write_text("OTHER = 11\n")
    project.commit()
    assert "nothing is missing, nothing is stale" in project.make().stdout
    (project.room / "far.py").write_text("LUCK = 20\n")
    project.commit()
    done = project.make()
    assert "(stale" in done.stderr
    assert [project.cells[name]["results"]["value"] for name in project.all[:2]] == [
        20,
        20,
    ]


def test_a_cell_whose_first_steps_repeat_is_certified_and_not_run_again(project):
    project.make()
    (project.room / "far.py").write_text("LUCK = 5 + 5\n")
    project.commit()
    done = project.make()
    assert project.begun == project.all
    assert done.stdout.count("does the same") == 5
    about = project.cells["heads 0"]["about"]
    assert about["certified"]["code"] != about["code"]
    assert "nothing is missing, nothing is stale" in project.make().stdout


OTHER_DEVICE = ('"python": "', '"python": "of old, ')
OTHER_PROCESSOR = ('"trace": "', '"trace": "rounded otherwise, ')


@pytest.mark.parametrize("machine", [OTHER_DEVICE, OTHER_PROCESSOR])
@pytest.mark.parametrize(("luck", "certified"), [("5 + 5", True), ("20", False)])
def test_a_cell_of_another_machine_is_certified_by_both_codes(
    project, machine, luck, certified
):
    project.make()
    moved = project.record.read_text().replace(*machine)
    assert moved != project.record.read_text()
    project.record.write_text(moved)
    (project.room / "far.py").write_text(f"LUCK = {luck}\n")
    project.commit()
    done = project.make()
    assert ("does the same" in done.stdout) == certified, done.stderr
    about = project.cells["heads 2"]["about"]
    assert about.get("certified", {}).get("by", "").startswith("both") == certified
    assert (project.begun == project.all) == certified
    listed = ["git", "worktree", "list"]
    left = subprocess.run(listed, cwd=project.root, capture_output=True, text=True)
    assert len(left.stdout.splitlines()) == 1


def test_certifying_a_cell_needs_no_time_for_making_it(project):
    (project.root / "pause").write_text("3")
    project.make("coin", "--arm", "heads", "--seeds", "1")
    (project.room / "far.py").write_text("LUCK = 5 + 5\n")
    project.commit()
    done = project.make("coin", "--minutes", "0.02")
    assert "heads, seed 0: today's code does the same" in done.stdout
    (project.room / "far.py").write_text("LUCK = 20\n")
    project.commit()
    done = project.make("coin", "--arm", "heads", "--seeds", "1", "--minutes", "0.02")
    assert "heads, seed 0: to be made again, but it would take 3 s" in done.stdout
    assert project.begun == ["heads 0"]


def test_how_long_a_cell_took_elsewhere_counts_where_none_was_made_here(project):
    (project.root / "pause").write_text("3")
    project.make("coin", "--arm", "heads", "--seeds", "1")
    project.record.write_text(project.record.read_text().replace(*OTHER_DEVICE))
    (project.room / "far.py").write_text("LUCK = 20\n")
    project.commit()
    done = project.make("coin", "--arm", "heads", "--seeds", "1", "--minutes", "0.02")
    assert "heads, seed 0: to be made again, but it would take 3 s" in done.stdout
    assert project.begun == ["heads 0"]


ONE = "coin", "--arm", "heads", "--seeds", "1"
LONGER = ('{"value": LUCK + seed', '{"value": LUCK + seed + 100')


def test_an_edited_experiment_is_made_again_although_its_first_steps_repeat(project):
    project.make(*ONE)
    project.experiment.write_text(project.experiment.read_text().replace(*LONGER))
    project.commit()
    done = project.make(*ONE)
    assert "its experiment was edited" in done.stderr and "--as-before" in done.stderr
    assert project.cells["heads 0"]["results"]["value"] == 110
    assert project.begun == ["heads 0", "heads 0"]


def test_whoever_records_may_say_that_an_edit_changes_nothing_in_a_cell(project):
    project.make(*ONE)
    more = project.experiment.read_text().replace('"tails": 2', '"tails": 3')
    project.experiment.write_text(more)
    project.commit()
    done = project.make(*ONE, "--as-before")
    assert "does the same" in done.stdout
    assert project.begun == ["heads 0"]
    assert "vouches" in project.cells["heads 0"]["about"]["certified"]["as before"]


def test_a_docstring_of_an_experiment_is_no_edit(project):
    project.make(*ONE)
    text = '"""Heads or tails?"""\n' + project.experiment.read_text()
    project.experiment.write_text(text)
    (project.room / "far.py").write_text("LUCK = 5 + 5\n")
    project.commit()
    done = project.make(*ONE)
    assert "does the same" in done.stdout and "edited" not in done.stderr
    assert "as before" not in project.cells["heads 0"]["about"]["certified"]


OTHER_KIND = ('"device": "cpu', '"device": "NVIDIA H100')


def test_a_cell_of_another_kind_of_device_is_made_again_only_where_asked_for(project):
    project.make()
    project.record.write_text(project.record.read_text().replace(*OTHER_KIND))
    (project.room / "far.py").write_text("LUCK = 20\n")
    project.commit()
    done = project.make()
    assert done.stdout.count("made on NVIDIA H100 and not certified: with --arm") == 5
    assert project.begun == project.all
    project.make(*ONE)
    assert project.begun == [*project.all, "heads 0"]


def test_certifying_alone_makes_nothing(project):
    project.make(*ONE)
    (project.room / "far.py").write_text("LUCK = 20\n")
    project.commit()
    done = project.make("coin", "--certify")
    assert done.stdout == "coin, heads, seed 0: stale, and not certified\n"
    (project.room / "far.py").write_text("LUCK = 10\n")
    project.commit()
    assert project.make("coin", "--certify").stdout == "nothing is stale\n"
    assert project.begun == ["heads 0"]


def test_first_steps_of_another_device_are_those_of_its_forms(project):
    far = """\
from jax import lax

LUCK = int(lax.platform_dependent(1, cpu=lambda x: 9 * x, default=lambda x: 7 * x))
"""
    (project.room / "far.py").write_text(far)
    project.commit()
    project.make(*ONE)
    project.record.write_text(project.record.read_text().replace(*OTHER_KIND))
    (project.room / "far.py").write_text(far.replace("7", "8"))
    project.commit()
    assert "not certified" in project.make("coin", "--certify").stdout
    (project.room / "far.py").write_text(far.replace("9", "10"))
    project.commit()
    assert "does the same" in project.make("coin", "--certify").stdout
