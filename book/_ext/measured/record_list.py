"""The directive `records`: every recorded run, with all that repeating it takes."""

import importlib
import inspect

from docutils import nodes

from measured import page_tables, repository

BENCHMARK = (
    "Steps and evaluation of four networks, timed in turns beside other libraries."
)


def _records(_app, _here: str) -> list[nodes.Node]:
    """A definition for each file in `book/resnet_book/runs/`."""
    from resnet_book import record

    items = []
    for path in sorted((repository.ROOT / "book" / "runs").glob("*.json")):
        text = BENCHMARK
        if path.stem in record.names():
            module = importlib.import_module(f"resnet_book.experiments.{path.stem}")
            text = inspect.getdoc(module)
        items.append(_item(path.stem, text, record.load(path.stem), record))
    return [nodes.definition_list("", *items)] if items else []


def _item(name: str, text: str, kept: dict, record) -> nodes.definition_list_item:
    about, results = kept["provenance"], kept["results"]
    same = about["code"] == record.code_hash(name)
    versions = ", ".join(f"{p} {v}" for p, v in about["versions"].items())
    facts = [
        f"{about['date']}, commit {about['commit']}{_duration(about)}",
        f"{about['device']}; Python {about['python']}, {versions}",
        f"code {about['code']}, {'unchanged' if same else 'changed'} since",
    ]
    if "seeds" in about:
        facts.append(f"seeds {', '.join(map(str, about['seeds']))}")
    if isinstance(results.get("test_set"), str):
        facts.append(f"test set: {results['test_set']}")
    summary = text.split("\n\n")[0].replace("\n", " ")
    return nodes.definition_list_item(
        "",
        nodes.term("", "", nodes.literal("", about["command"])),
        nodes.definition(
            "",
            nodes.paragraph("", summary),
            nodes.bullet_list("", *(_point(fact) for fact in facts)),
        ),
    )


def _point(text: str) -> nodes.list_item:
    return nodes.list_item("", nodes.paragraph("", text))


def _duration(about: dict) -> str:
    if "seconds" not in about:
        return ""
    seconds = about["seconds"]
    return f", {seconds / 60:.0f} minutes" if seconds >= 120 else f", {seconds:.0f} s"


def setup(app) -> dict:
    """Register the extension."""
    page_tables.register(app, {"records": _records})
    return {"parallel_read_safe": True, "parallel_write_safe": False}
