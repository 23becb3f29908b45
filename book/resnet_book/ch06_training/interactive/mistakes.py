"""What the network takes for what, and how sure it is: counts of held-out images.

`python -m in_page` trains the network and writes the counts, and what the page loads.
"""

import json
from pathlib import Path

TITLE = "What is taken for what, and how surely"
ON_PAPER = False


def numbers() -> dict:
    """The classes' names, how many images of each got which answer, and how surely."""
    counts = Path(__file__).with_name("mistakes.json")
    return json.loads(counts.read_text(encoding="utf-8"))


def table(data: dict) -> list[list[str]]:
    """The counts: a row for each label, a column for each answer."""
    rows = [
        [name, *map(str, row)]
        for name, row in zip(data["names"], data["counts"], strict=True)
    ]
    return [["label, taken for …", *data["names"]], *rows]
