"""How one number, or the result of one calculation, came from its old value to its new one.

Belongs here: the chain of causes of one number as lines. Does not belong here: all numbers together (`tell_changes`).
Values are rounded first and subtracted then, so that the parts a reader adds up give the change a reader sees.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import polars as pl

from pipeline.changes.change_words import ChangeWords
from pipeline.passports.page_words import choose_decimals

FIRST = ("total", "soem_classic", "adjusted_difference")
"""Measures told before others."""


def tell_why(
    links: pl.DataFrame,
    subject: str,
    between: tuple[str, str],
    language: str,
    *,
    is_calculation: bool = False,
) -> str:
    """Tell why one number, or the result of one calculation, is not what it was.

    Parameters
    ----------
    links : polars.DataFrame
        Rows of the table `changes` of it; none when it is the same.
    subject : str
        Its name.
    between : (str, str)
        Versions, the old one first.
    language : str
        `da` or `en`.
    is_calculation : bool
        Amounts in kr., told to the øre.

    Returns
    -------
    str
        A page.
    """
    words = ChangeWords(language)
    told = {"number": subject, "old": between[0], "new": between[1]}
    if links.is_empty():
        return words.say("calculation_same" if is_calculation else "number_same", **told) + "\n"
    title = words.say("calculation_title" if is_calculation else "number_title", **told)
    is_money = is_calculation or links["number_kind"][0] == "price"
    lines = tell_number(links, language, 2 if is_money else None)
    return "\n".join([title, "=" * len(title), "", *lines, words.say("causes_read")]) + "\n"


def tell_number(links: pl.DataFrame, language: str, decimals: int | None = None) -> list[str]:
    """Tell every measure of one number, cause by cause.

    Parameters
    ----------
    links : polars.DataFrame
        Rows of the table `changes` of one number.
    language : str
        `da` or `en`.
    decimals : int, optional
        As many as the values call for by default.

    Returns
    -------
    list of str
        Lines.
    """
    words, lines = ChangeWords(language), []
    for measure in sorted(set(links["measure"]), key=_place):
        chain = links.filter(measure=measure).sort("link").rows(named=True)
        lines += _tell_chain(words.measure(measure), chain, words, decimals)
    return lines


def _place(measure: str) -> tuple[int, str]:
    return (FIRST.index(measure) if measure in FIRST else len(FIRST), measure)


def _tell_chain(name: str, chain: Sequence[dict], words: ChangeWords, decimals: int | None) -> list[str]:
    first, last = chain[0]["value_before"], chain[-1]["value_after"]
    known = [value for value in (first, last) if value is not None]
    places = decimals if decimals is not None else max(map(choose_decimals, known), default=2)
    error = chain[0].get("standard_error_before")
    head = f"{name}: {words.number(first, places)} → {words.number(last, places)}"
    if first is not None and last is not None:
        head += f"  ({words.move(round_move(first, last, places), places)}"
        if error:
            moved = words.number(abs(last - first) / error, 1)
            head += f"; {moved} {words.say('standard_errors').lower()}"
        head += ")"
    names = [words.causes(link["cause"]) for link in chain]
    width = max(map(len, names))
    lines = [
        f"  {name:<{width}}  {_tell_link(link, words, places):>14}  → {words.number(link['value_after'], places)}"
        for name, link in zip(names, chain, strict=True)
    ]
    return [head, *lines, ""]


def _tell_link(link: dict, words: ChangeWords, places: int) -> str:
    before, after = link["value_before"], link["value_after"]
    return "" if before is None or after is None else words.move(round_move(before, after, places), places)


def tell_links(links: Sequence[dict], words: ChangeWords, places: int) -> str:
    """Tell what each cause did to one number, on one line.

    Parameters
    ----------
    links : sequence of dict
        Rows of the table `changes` of one number and measure, in order.
    words : ChangeWords
    places : int
        Decimals.
    """
    told = []
    for link in links:
        name = words.causes(link["cause"]).lower()
        if link["value_before"] is None or link["value_after"] is None:
            told.append(name)
        else:
            move = round_move(link["value_before"], link["value_after"], places)
            told.append(f"{name} {words.move(move, places)}")
    return "; ".join(told)


def round_move(before: float, after: float, places: int) -> float:
    """Return the difference of two numbers as rounded: rounded moves of a chain add up to the rounded change."""
    unit = Decimal(1).scaleb(-places)
    return float(Decimal(after).quantize(unit) - Decimal(before).quantize(unit))
