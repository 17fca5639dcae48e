"""Who is followed: attrition of a target group by relative year.

Belongs here: counting persons and person-years who leave the panel, and why. Does not belong here: estimates.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb
import numpy as np
import polars as pl

from pipeline.cohorts.attrition import Attrition
from pipeline.cohorts.coverage import Coverage
from pipeline.cohorts.success import EXIT_REASON
from pipeline.declarations.consequence import Consequence
from pipeline.panels.panel import Panel, read_panel
from pipeline.panels.patterns import group_by_pattern


def count_followed(
    con: duckdb.DuckDBPyConnection,
    members: pl.DataFrame,
    group: Any,
    consequences: Sequence[Consequence],
    coverage: Coverage,
) -> pl.DataFrame:
    """Count who is left in each relative year, from the assessable members to each estimation sample.

    Parameters
    ----------
    con : duckdb connection
        With views of `person_years` and `person_exits`.
    members : polars.DataFrame
        From `read_members`.
    group : TargetGroup
    consequences : sequence of Consequence
        Those followed in the group.
    coverage : Coverage

    Returns
    -------
    polars.DataFrame
        Rows of table `attrition`: per relative year those followed, those who are gone by reason, those observed,
        and those covered, by event tables that share their coverage.
    """
    method = group.method
    panel = read_panel(con, members, (), method.relative_years, method.last_year)
    patterns, pattern_of = group_by_pattern(consequences, coverage)
    names = _name_patterns(consequences, pattern_of)
    attrition = Attrition()
    for t in range(1, panel.n_years + 1):
        followed, observed = panel.is_followed(t), panel.is_observed(t)
        _add(attrition, panel, "followed", t, followed)
        for reason, rows in _find_reasons(con, panel, t, followed & ~observed).items():
            _add(attrition, panel, "observed", t, rows, reason)
        _add(attrition, panel, "observed", t, observed)
        covered = panel.is_covered(patterns, t)
        for name, pattern in names.items():
            _add(attrition, panel, "estimated", t, observed & covered[:, pattern], event_table=name)
    return attrition.to_frame(group.target_group, method.min_published_count)


def _name_patterns(consequences: Sequence[Consequence], pattern_of: np.ndarray) -> dict[str, int]:
    """Name the patterns by event table; a table whose consequences differ in coverage is told by consequence."""
    tables: dict[str, set[int]] = {}
    for consequence, pattern in zip(consequences, pattern_of, strict=True):
        tables.setdefault(consequence.events, set()).add(int(pattern))
    names = {}
    for consequence, pattern in zip(consequences, pattern_of, strict=True):
        is_one = len(tables[consequence.events]) == 1
        names[consequence.events if is_one else f"{consequence.events}: {consequence.key}"] = int(pattern)
    return names


def _add(
    attrition: Attrition,
    panel: Panel,
    step: str,
    t: int,
    rows: np.ndarray,
    reason: str = "remaining",
    event_table: str | None = None,
) -> None:
    n_persons = int(np.unique(panel.person[rows]).size)
    attrition.rows.append((step, reason, t, event_table, n_persons, int(rows.sum())))


def _find_reasons(
    con: duckdb.DuckDBPyConnection, panel: Panel, t: int, gone: np.ndarray
) -> dict[str, np.ndarray]:
    """Find why members are not resident at the end of a relative year."""
    rows = panel.members.select("leaf", "pnr", "base_year").with_row_index("row").filter(pl.Series(gone))
    con.register("gone_rows", rows.to_arrow())
    found = con.execute(
        f"""SELECT row, {EXIT_REASON.format(year=f"base_year + {t}")} AS reason
        FROM gone_rows LEFT JOIN person_exits USING (leaf, pnr)"""
    ).fetchnumpy()
    con.unregister("gone_rows")
    reasons: dict[str, np.ndarray] = {}
    for reason in sorted(set(found["reason"])):
        mask = np.zeros(gone.size, dtype=bool)
        mask[found["row"][found["reason"] == reason]] = True
        reasons[reason] = mask
    return reasons
