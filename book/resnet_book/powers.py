"""Powers and large or small numbers, as they are written by hand."""

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def power(base: int, exponent: float) -> str:
    """Base and whole exponent: 2⁻⁷."""
    return f"{base}{str(int(exponent)).translate(_RAISED)}"


def scientific(number: float, digits: int) -> str:
    """A number with its power of ten, and so many digits behind the point: 3.4·10³⁸."""
    front, exponent = f"{number:.{digits}e}".split("e")
    return f"{front}·{power(10, int(exponent))}"
