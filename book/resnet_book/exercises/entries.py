"""Answers that are entered: a number, letters of statements, a value for each name."""

from collections.abc import Callable, Collection, Mapping

from resnet_book.exercises import wording
from resnet_book.exercises.arrays import as_array
from resnet_book.exercises.compare import agree
from resnet_book.exercises.sandbox import NotYet, Unknown, is_blank

_EXACT = 1e-6


def number(
    answer,
    right: float,
    causes: Mapping[float, str],
    otherwise: str,
    tolerance: float = _EXACT,
    where: str = "",
) -> None:
    """Raises where a number is not the right one.

    Args:
        answer: The reader's.
        right: The number that is asked for.
        causes: Wrong numbers, and what is said about each.
        otherwise: What is said about any other one.
        tolerance: Allowed difference, relative to the number.
        where: What the number belongs to; each sentence begins with it.

    Raises:
        NotYet: With what is wrong; `Unknown` where that is not known.
    """
    begin = f"{where}: " if where else ""
    if not agree(answer, 1.0, float("inf")):
        the = f"{begin}the" if where else "The"
        raise NotYet(f"{the} check expects one number.")
    if agree(answer, float(right), tolerance):
        return
    for wrong, sentence in causes.items():
        if agree(answer, float(wrong), tolerance):
            raise NotYet(begin + sentence)
    raise Unknown(begin + otherwise)


def letters(answer, wanted: Mapping[str, str], others: Mapping[str, str]) -> None:
    """Raises where the letters of statements are not those that are wanted.

    Args:
        answer: The reader's: letters in any order, as a string or a list.
        wanted: Each letter that is to be there, and what is said where it is not.
        others: Each letter that is not, and what is said where it is.

    Raises:
        NotYet: With the first letter that is too many, else the first that is missing.
    """
    try:
        found = {str(letter).strip().upper() for letter in answer} - {"", ","}
    except TypeError:
        raise NotYet('The check expects letters, such as "BD".') from None
    known = sorted(wanted.keys() | others.keys())
    if not found or not found <= set(known):
        span = f"{known[0]} to {known[-1]}"
        raise NotYet(f"The check expects some of the letters {span}.")
    for letter in sorted(found & others.keys()):
        raise NotYet(others[letter])
    for letter in sorted(wanted.keys() - found):
        raise NotYet(f"One is missing. {wanted[letter]}")


def values(answer, asked: Mapping[str, str]) -> list:
    """The value that the reader gave for each name.

    Args:
        answer: The reader's dict.
        asked: Each name, and what it stands for.

    Raises:
        NotYet: Where it is no dict with all the names, or one of them is left blank.
    """
    if not isinstance(answer, dict) or not asked.keys() <= answer.keys():
        names = ", ".join(f"{name}=..." for name in asked)
        raise NotYet(f"The check expects `dict({names})`, all filled in.")
    for name, what in asked.items():
        if is_blank(answer[name]):
            raise NotYet(f"`{name}` is not filled in: {what}.")
    return [answer[name] for name in asked]


def truth(name: str, value) -> bool:
    """True or False, as a reader writes it; 1 and 0 will do.

    Raises:
        NotYet: Where it is neither.
    """
    found = as_array(value, truths=True)
    if found is None or found.shape or found not in (0, 1):
        raise NotYet(f"`{name}` is to be True or False.")
    return bool(found)


def choice(value, options) -> str:
    """One of the names on a list, however it is spelt.

    Raises:
        NotYet: Where it is none of them.
    """
    name = wording.plain(value)
    if name not in options:
        shown = name or wording.kind(value)
        raise NotYet(
            f"`{shown}` is not in the list. Choose among {wording.listed(options)}."
        )
    return name


def choices(
    answer,
    right: Mapping[str, str],
    asked: Mapping[str, str],
    options: Collection[str],
    says: Callable[[str, str], str],
) -> None:
    """Raises where a dict does not choose the right name on a list for each key.

    Args:
        answer: The reader's dict.
        right: For each key the name that is right; they are judged in this order.
        asked: For each key what it stands for.
        options: The list.
        says: From a key and the name that was wrongly chosen for it to what is said.

    Raises:
        NotYet: Of the first key whose name is not the right one, or not on the list;
            before that, as `values`.
    """
    given = values(answer, asked)
    for (key, wanted), value in zip(right.items(), given, strict=True):
        if (name := choice(value, options)) != wanted:
            raise NotYet(says(key, name))
