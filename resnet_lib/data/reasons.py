"""What others say of a failure, made fit for one line of ours."""

from __future__ import annotations

_LONGEST = 300


def line(reason: Exception | str) -> str:
    """The first line of it, printable and of bounded length."""
    text = getattr(reason, "strerror", None) or str(reason).strip()
    first = next(iter(text.splitlines()), "") or type(reason).__name__
    shown = first[:_LONGEST] + ("…" if len(first) > _LONGEST else "")
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in shown)
