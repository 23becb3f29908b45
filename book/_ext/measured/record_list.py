"""The directive `records`: every record, what there is of it and what is wanted.

No package does this: records, arms and when a cell is stale are this project's own.
"""

import inspect
import statistics

from docutils import nodes

from measured import page_tables

OUTCOMES = {
    "test": (1, "% of test images right"),
    "test_accuracy": (100, "% of test images right"),
    "test_error": (1, "% of test images wrong"),
    "held_out": (1, "% of held-out images right"),
    "right": (1, "% of test images right"),
    "whole": (1, "% of held-out images right"),
    "accuracy": (100, "% of images right"),
}
"""What sums up a cell: the first of these that it has, times what, and what that is."""
_FEW = 6  # arms of one seed, by name
BENCHMARK = "Steps and evaluation of networks, timed in turns beside other libraries."


def _records(_app, _here: str) -> list[nodes.Node]:
    """A definition for each record: the experiments, then the benchmarks."""
    from resnet_book import record
    from resnet_book.experiments.grid import RUNS, Grid
    from resnet_book.record import freshness

    grids = [Grid(name) for name in record.names()]
    items = [_of_grid(grid) for grid in grids if grid.cells]
    for path in sorted(RUNS.glob("benchmark_*.json")):
        about = record.load(path.stem)["provenance"]
        facts = [*_conditions(about), _freshness(freshness.stale(path.stem), 1)]
        items.append(_item("python -m benchmarks", BENCHMARK, facts))
    return [nodes.definition_list("", *items, classes=["records"])]


def _of_grid(grid) -> nodes.definition_list_item:
    from resnet_book.experiments.statistics import LEAST

    cells, arms = grid.cells, grid.module.ARMS
    several = [cell for cell in cells.values() if arms.get(cell.arm, 0) >= LEAST]
    kinds = {_outcome(cell.results)[0] for cell in several} - {None}
    mixed = len(kinds) > 1
    of = "" if mixed else f" of {''.join(kinds)}"
    spread = f" (mean ± standard deviation{of})" if kinds else ""
    by_conditions = {}
    for cell in cells.values():
        lines = tuple(_conditions(cell.about))
        by_conditions[lines] = by_conditions.get(lines, 0) + 1
    seeds = ", ".join(_arms(cells, arms, mixed))
    facts = [f"seeds{spread}: {seeds}"]
    for lines, count in by_conditions.items():
        cells_of = f"{count} cell{'s' if count > 1 else ''}: "
        share = "" if len(by_conditions) == 1 else cells_of
        facts.append(share + "; ".join(lines))
    facts.append(_freshness(len(grid.stale), len(cells)))
    text = inspect.getdoc(grid.module).split("\n\n")[0]
    return _item(f"python -m resnet_book.record {grid.name}", text, facts)


def _arms(cells, arms: dict[str, int], mixed: bool) -> list[str]:
    """Seeds of each arm; those that want one are counted, where they are many.

    Where arms found different things (`mixed`), each says what.
    """
    single = [arm for arm, wanted in arms.items() if wanted == 1]
    counted = set(single) if len(single) > _FEW else set()
    said = [
        f"{arm} {_seeds(cells, arm, wanted, mixed)}"
        for arm, wanted in arms.items()
        if arm not in counted
    ]
    if counted:
        made = len(counted & {arm for arm, _ in cells})
        said.append(f"{made} of {len(counted)} further arms with one seed each")
    return said


def _seeds(cells, arm: str, wanted: int, mixed: bool) -> str:
    """How many of an arm's seeds there are and, from five on, their spread."""
    from resnet_book.experiments.statistics import LEAST

    there = [cell.results for (of, _), cell in cells.items() if of == arm]
    found = [outcome for outcome in map(_outcome, there) if outcome[0]]
    spread = ""
    if len(found) >= LEAST:
        (what, *_), values = zip(*found, strict=True)
        mean, sd = statistics.mean(values), statistics.stdev(values)
        spread = f" ({mean:.2f} ± {sd:.2f}{f' {what}' if mixed else ''})"
    return f"{len(there)} of {wanted}{spread}"


def _outcome(results: dict) -> tuple[str | None, float | None]:
    """What a cell found, as one number with its name; None where none sums it up."""
    for name, (scale, about) in OUTCOMES.items():
        value = results.get(name)
        if isinstance(value, dict):
            value = value.get("averaged", value.get("plain"))
        if isinstance(value, int | float):
            return about, scale * value
    return None, None


def _conditions(about: dict) -> list[str]:
    versions = ", ".join(f"{p} {v}" for p, v in about["versions"].items())
    return [
        f"{about['date']}, commit {about['commit']}",
        f"{about['device']}; Python {about['python']}, {versions}",
    ]


def _freshness(stale: int, cells: int) -> str:
    if not stale:
        return "made by today's code, or by code that does the same"
    who = "it" if cells == 1 else f"{stale} of {cells} cells"
    return f"stale: code that {who} depended on has changed since"


def _item(command: str, text: str, facts: list[str]) -> nodes.definition_list_item:
    points = [nodes.list_item("", nodes.paragraph("", fact)) for fact in facts]
    return nodes.definition_list_item(
        "",
        nodes.term("", "", nodes.literal("", command)),
        nodes.definition(
            "",
            nodes.paragraph("", text.replace("\n", " ")),
            nodes.bullet_list("", *points),
        ),
    )


def setup(app) -> None:
    """Register this part."""
    page_tables.register(app, {"records": _records})
