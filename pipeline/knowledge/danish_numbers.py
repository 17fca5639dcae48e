"""Numbers told the Danish way: point between thousands, comma before decimals.

Belongs here: exact numbers as text. Does not belong here: rounding that changes a published value.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction


def tell_number(value: Fraction | int, decimals: int | None = None) -> str:
    """Tell a number; with `decimals` rounded half up, else as many decimals as it has, 6 at most.

    Examples
    --------
    >>> tell_number(Fraction(208641, 100), 2)
    '2.086,41'
    >>> tell_number(Fraction(11, 10))
    '1,1'
    """
    exact = Decimal(Fraction(value).numerator) / Decimal(Fraction(value).denominator)
    places = 6 if decimals is None else decimals
    text = f"{exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP):,f}"
    if decimals is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,"))


def tell_share(share: Fraction) -> str:
    """Tell a share as per cent.

    Examples
    --------
    >>> tell_share(Fraction(1, 2))
    '50 pct.'
    """
    return f"{tell_number(share * 100)} pct."
