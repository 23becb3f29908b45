"""The block `hints`: an exercise's hints as folds, for pages and notebooks alike.

    ```{hints} gradient_norms
    ```

They are written once, in `hints.md` of the chapter's room, where `check.hint` finds
them too. The block is replaced in the source, before anything else reads it: `include`
would take a whole file, as prose and not as folds.
"""

import re

from resnet_book.exercises.hints import all_hints

_BLOCK = re.compile(r"^```\{hints\} (\w+)\n```$", re.MULTILINE)


def expand(text: str) -> str:
    """Return a page's source with folds in place of each block.

    Raises:
        ValueError: no exercise of that name has hints.
    """
    return _BLOCK.sub(_folds, text)


def _folds(match: re.Match) -> str:
    hints = all_hints().get(match[1])
    if not hints:
        raise ValueError(f"no hints for {match[1]!r} in any room's hints.md")
    numbered = enumerate(hints, start=1)
    return "\n\n".join(f"````{{dropdown}} Hint {i}\n{h}\n````" for i, h in numbered)
