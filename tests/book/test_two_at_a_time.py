"""Which notebooks run two at a time, and that they do."""

import json

from nbformat.v4 import new_code_cell, new_notebook

from measured import cells, kept_outputs, repository, two_at_a_time

TELL = """import time
began = time.time()
time.sleep(1)
print([began, time.time()])"""


def notebook(*sources):
    page = new_notebook(cells=[new_code_cell(source) for source in sources])
    page.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    return page


def test_two_run_at_once_and_a_third_waits_for_one_of_them():
    pages = {name: notebook(TELL) for name in "abc"}
    found = {}
    two_at_a_time.run(pages, 60, found.__setitem__)
    assert found.keys() == pages.keys() and min(found.values()) >= 1
    told = [json.loads(page.cells[0].outputs[0].text) for page in pages.values()]
    (_, first), (second, _), *_ = sorted(told)
    assert second < first
    moments = sorted([(at, 1) for at, _ in told] + [(at, -1) for _, at in told])
    together = [sum(step for _, step in moments[: i + 1]) for i in range(len(moments))]
    assert max(together) == 2


def test_one_that_fails_is_left_to_the_build():
    pages = {"good": notebook("1"), "bad": notebook("1 / 0")}
    found = {}
    two_at_a_time.run(pages, 60, found.__setitem__)
    assert [*found] == ["good"]


def test_what_takes_the_time_of_something_runs_alone():
    timed = {
        path.stem: not two_at_a_time.time_nothing(cells.of_file(path), path.stem)
        for path in repository.chapters()
    }
    assert timed["07_accelerators"] and timed["09_streaming"]
    assert timed["06_training"] and not timed["01_vanishing_gradients"]
    assert not two_at_a_time.time_nothing(notebook("time.perf_counter()"), "x")


def test_a_page_says_that_it_ran_beside_others():
    path = repository.chapters()[0]
    ran = kept_outputs.read(path.stem)["ran"]
    assert "seconds, on" in kept_outputs.sentence(ran)
    assert "seconds beside other chapters, on" in kept_outputs.sentence(
        ran | {"beside": True}
    )
