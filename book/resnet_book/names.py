"""Networks by the names that pages give them."""

import re


def title(name: str) -> str:
    """Of the library's name: "plain-56" for "plain56"."""
    return re.sub(r"^(plain|resnet)(\d)", r"\1-\2", name)
