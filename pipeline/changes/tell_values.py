"""Prices, rates and studies that changed, as a part of the page of what changed.

Belongs here: telling of what is declared. Does not belong here: estimates and the rest of the page (`tell_changes`).
Prices of the same thing in the money of two years are told as one: each release has one price year, which is part of
their names.
"""

from __future__ import annotations

import re

import polars as pl

from pipeline.changes.change_words import ChangeWords
from pipeline.changes.find_changes import Changes
from pipeline.changes.moves import sum_up
from pipeline.changes.tell_number import round_move, tell_links

N_VALUES = 15
_PRICE_YEAR = re.compile(r"^(price/[^/]+/[^/]+)/(\d{4})(/.*)?$")


def tell_values(changes: Changes, words: ChangeWords, kind: str, title: str) -> list[str]:
    """Tell the prices, rates or studies that changed.

    Parameters
    ----------
    changes : Changes
    words : ChangeWords
    kind : str
        `price`, `rate` or `study`.
    title : str
        Sentence that heads them.
    """
    moved = join_price_years(sum_up(changes.links.filter(number_kind=kind))).sort("number_id")
    if moved.is_empty():
        return []
    keys = ("number", "before", "after", "change", *("because",) * changes.is_attributed)
    head = [words.say(name) for name in keys]
    rows = []
    for row in moved.head(N_VALUES).rows(named=True):
        before, after = row["value_before"], row["value_after"]
        places = 2 if kind == "price" else 4
        links = changes.links.filter(pl.col("number_id").is_in(row["numbers"]), measure=row["measure"])
        move = None if before is None or after is None else round_move(before, after, places)
        cells = [
            _name_value(row, kind, changes, words),
            words.number(before, places),
            words.number(after, places),
            "–" if move is None else words.move(move, places),
        ]
        told = tell_links(links.sort("number_id", "link").rows(named=True), words, places)
        rows.append(cells + [told] * changes.is_attributed)
    return [
        f"## {words.say(title)}",
        words.table(head, rows, {1: True, 2: True, 3: True}),
        words.more(moved.height - N_VALUES),
    ]


def join_price_years(moved: pl.DataFrame) -> pl.DataFrame:
    """Put a price that is gone and the one of the same thing that came in the money of another year into one row.

    Parameters
    ----------
    moved : polars.DataFrame
        From `sum_up`.

    Returns
    -------
    polars.DataFrame
        number_id (with both years), numbers (the ids it stands for), measure, consequence, target_group, value_before,
        value_after.
    """
    rows: dict[tuple, dict] = {}
    for row in moved.sort("number_id").rows(named=True):
        found = _PRICE_YEAR.match(row["number_id"])
        is_half = (row["value_before"] is None) != (row["value_after"] is None)
        key = (found[1], found[3]) if found and is_half else (row["number_id"],)
        one = {name: row[name] for name in ("measure", "consequence", "target_group")} | {
            "number_id": row["number_id"],
            "numbers": [row["number_id"]],
            "value_before": row["value_before"],
            "value_after": row["value_after"],
        }
        other = rows.get(key)
        if other is not None and found:
            ends = (other, one) if other["value_before"] is not None else (one, other)
            years = " → ".join(_PRICE_YEAR.match(end["number_id"])[2] for end in ends)
            one["number_id"] = f"{found[1]}/{years}{found[3] or ''}"
            one["numbers"] = [*other["numbers"], *one["numbers"]]
            one["value_before"], one["value_after"] = ends[0]["value_before"], ends[1]["value_after"]
        rows[key] = one
    text, number = pl.String, pl.Float64
    schema = dict.fromkeys(("measure", "consequence", "target_group", "number_id"), text)
    schema |= {"numbers": pl.List(text), "value_before": number, "value_after": number}
    return pl.DataFrame(list(rows.values()), schema=schema)


def _name_value(row: dict, kind: str, changes: Changes, words: ChangeWords) -> str:
    """Name a price by what it is of and who pays; others by their id."""
    if kind != "price" or row["consequence"] is None:
        return f"`{row['number_id']}`"
    payer = words.code("payer", row["number_id"].split("/")[2])
    of_group = row["target_group"] and changes.find_name("target_group", row["target_group"], words.language)
    names = (of_group, changes.find_name("consequence", row["consequence"], words.language), payer)
    return f"{', '.join(filter(None, names))} `{row['number_id']}`"
