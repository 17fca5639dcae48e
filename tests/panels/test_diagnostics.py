"""Columns that the others leave nothing of, as rows."""

from __future__ import annotations

import numpy as np

from estimation import Collinearity
from pipeline.panels.diagnostics import tabulate_collinearities

CONSEQUENCES = ("shelter", "prison_days")


def give(column: str, because: str, *cells: tuple[int, int], **flags: bool) -> Collinearity:
    where = np.zeros((2, 3), dtype=bool)
    for cell in cells:
        where[cell] = True
    return Collinearity(
        column, because, where, flags.get("is_empty", False), flags.get("is_reference", False)
    )


def test_a_column_has_one_row_with_all_that_tells_it() -> None:
    found = [
        give("success", "= sex = man", (0, 1)),
        give("success", "= 1 − (sex = man)", (1, 2)),
        give("use in year 0", "= 1", (1, 0)),
        give("age = 30-34", "= 0", (0, 0), is_empty=True),
        give("age = 35-39", "= 1", (0, 0), is_reference=True),
    ]
    rows = tabulate_collinearities("homeless", CONSEQUENCES, found).rows(named=True)
    assert [
        (row["category"], row["value"], row["consequence"], row["relative_year"], row["verdict"])
        for row in rows
    ] == [
        ("success", 2.0, None, None, "= sex = man · = 1 − (sex = man)"),
        ("use in year 0", 1.0, "prison_days", 1, "= 1"),
    ]


def test_without_any_there_is_no_row() -> None:
    assert tabulate_collinearities("homeless", CONSEQUENCES, []).height == 0
