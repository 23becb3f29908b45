"""Write citations by author and year, as the pages do, with a link to the paper."""

from functools import cache

from pybtex.database import Entry, Person, parse_file

from measured import repository
from measured.notebooks.myst import AuthoringError


@cache
def _entries() -> dict[str, Entry]:
    path = repository.ROOT / "book" / "references.bib"
    return dict(parse_file(str(path)).entries)


def _surname(person: Person) -> str:
    # Rich text has LaTeX's accents and braces resolved.
    return " ".join(map(str, person.rich_prelast_names + person.rich_last_names))


def _authors(entry: Entry) -> str:
    names = [_surname(person) for person in entry.persons["author"]]
    if len(names) > 2:
        return f"{names[0]} et al."
    return " and ".join(names)


def _address(key: str, entry: Entry) -> str:
    fields = entry.fields
    if "doi" in fields:
        return f"https://doi.org/{fields['doi']}"
    if "eprint" in fields:
        return f"https://arxiv.org/abs/{fields['eprint']}"
    if "url" in fields:
        return fields["url"]
    raise AuthoringError(f"{key!r} in references.bib has no doi, eprint or url")


def _one(key: str, *, textual: bool) -> str:
    if key not in _entries():
        raise AuthoringError(f"{key!r} is not in references.bib")
    entry = _entries()[key]
    authors, year = _authors(entry), entry.fields["year"]
    words = f"{authors} ({year})" if textual else f"{authors}, {year}"
    return f"[{words}]({_address(key, entry)})"


def textual(keys: str) -> str:
    """Return citations for the middle of a sentence: He et al. (2016)."""
    return ", ".join(_one(key.strip(), textual=True) for key in keys.split(","))


def parenthetical(keys: str) -> str:
    """Return citations in brackets: (He et al., 2016; Xie et al., 2017)."""
    inner = "; ".join(_one(key.strip(), textual=False) for key in keys.split(","))
    return f"({inner})"
