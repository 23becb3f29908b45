"""The directive `exercises`: every exercise, its goal, how hard and how long it is.

They are found in the pages themselves, so the list cannot fall behind.

sphinx-exercise numbers exercises, and has no list of them.
"""

from collections.abc import Iterator

from docutils import nodes
from sphinx_exercise.nodes import exercise_enumerable_node, exercise_subtitle

from measured import effort, goals, page_tables
from measured.chapter_numbers import chapters


def rows(app, docname: str, here: str) -> Iterator[tuple[list, int]]:
    """Yield the row of each of a page's exercises, and the minutes it takes."""
    numbers = app.env.toc_fignumbers.get(docname, {}).get("exercise", {})
    for exercise in app.env.get_doctree(docname).findall(exercise_enumerable_node):
        label = exercise["ids"][0]
        number = ".".join(map(str, numbers[label]))
        title = next(iter(exercise.findall(exercise_subtitle)), None)
        found = effort.shown_in(exercise)
        link = page_tables.link(app, here, docname, number, label)
        title = title.astext().strip("() ") if title is not None else ""
        serves = _goals(app, here, docname, exercise)
        if found is None:
            yield [link, title, serves, "", ""], 0
            continue
        _, asked = found
        shown = f'<span role="img" aria-label="{asked.words}">{asked.dots}</span>'
        dots = nodes.raw("", shown, format="html")
        yield [link, title, serves, dots, str(asked.minutes)], asked.minutes


def _goals(app, here: str, docname: str, exercise: nodes.Node) -> nodes.Node:
    """Links to the goals that an exercise serves, by their numbers."""
    found = nodes.inline()
    for goal in goals.links(exercise):
        number = goal.astext().split()[-1]
        found += nodes.Text(", " if found.children else "")
        found += page_tables.link(app, here, docname, number, goal["refid"])
    return found


def _fill(app, here: str) -> list[nodes.Node]:
    listed, total = [], 0
    for docname in chapters(app.env):
        for row, minutes in rows(app, docname, here):
            listed.append(row)
            total += minutes
    text = f"{len(listed)} exercises, about {total / 60:.0f} hours in all."
    header = ["Exercise", "What to do", "Goal", "Difficulty", "Minutes"]
    table = page_tables.table(header, listed, classes=["exercise-list", "stacks"])
    return [nodes.paragraph("", text), table] if listed else []


def setup(app) -> None:
    """Register this part."""
    page_tables.register(app, {"exercises": _fill})
