"""Numbers as they stand in a file: `90.000` is ninety to a machine and ninety thousand to a Danish reader.

Here: the number that remembers how it was written, and whether that can be read in two ways. Not here: which inputs
that is refused for (`intervention_check`, `own_data_check`).
"""

from __future__ import annotations

import re
from typing import Final

from soem_engine.errors import ProblemList
from soem_engine.texts import Text

_THOUSANDS: Final = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+")


class WrittenNumber(float):
    """A number with the text it was read from."""

    written: str

    def __new__(cls, written: str | float) -> WrittenNumber:
        """Read a number; `written` is its text in the file."""
        number = super().__new__(cls, written)
        number.written = str(written)
        return number


def read_json_number(written: str) -> float:
    """Read a number of a JSON file; one written as programs write it has no thousands point.

    Examples
    --------
    >>> read_json_number("12.375").__class__.__name__, read_json_number("90.000").__class__.__name__
    ('float', 'WrittenNumber')
    """
    return float(written) if written == repr(float(written)) else WrittenNumber(written)


def check_thousands(number: object, place: str, problems: ProblemList) -> None:
    """Refuse a number written with a Danish thousands point: what is meant cannot be known.

    Parameters
    ----------
    number
        A number from a file (`WrittenNumber`); any other has no text that could be read in two ways.
    place
        Where it stands.
    problems
        A problem is added here.
    """
    if not isinstance(number, WrittenNumber) or not _THOUSANDS.fullmatch(number.written):
        return
    whole = number.written.replace(".", "")
    small = str(float(number))
    if _THOUSANDS.fullmatch(small):
        small = f"{number.written}0"
    problems.add(
        place,
        Text(
            f"{number.written}, som kan læses både som {float(number):g} og som {whole}",
            f"{number.written}, which can be read both as {float(number):g} and as {whole}",
        ),
        Text(
            "et tal uden tusindtalspunktum; punktum er decimaltegn",
            "a number without a thousands separator; the point is the decimal point",
        ),
        Text(
            f"skriv {whole}, eller {small}, hvis der menes {float(number):g}",
            f"write {whole}, or {small} if {float(number):g} is meant",
        ),
    )
