"""How much each cause moved each number, from the levels of the numbers between the two releases.

Belongs here: the chain from the old level to the new one, link by link. Does not belong here: making the levels
(`walk_back`). The chain is exact: the first link starts at the old number, each link starts where the one before
ended, and the last ends at the new number. Where a level between is not known, the links that meet there are one. So
are links of counts that differ by fewer persons than may be published.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from pipeline.changes.causes import JOINT, SCOPE
from pipeline.release.rules import FEWEST

KEY = ("number_id", "measure")
Link = tuple[str, float | None, float | None]
"""A cause, the number before it and after it."""
_ABOUT = ("number_kind", "target_group", "consequence", "relative_year")


@dataclass(frozen=True)
class Step:
    """The numbers once a cause has done its part.

    Attributes
    ----------
    cause : str
        Empty for the old release.
    levels : polars.DataFrame or None
        As `list_levels` gives them; None where they could not be made.
    """

    cause: str
    levels: pl.DataFrame | None


def attribute(steps: Sequence[Step]) -> pl.DataFrame:
    """Tell apart what moved every number that is not the same in both releases, or was not on the way.

    Parameters
    ----------
    steps : sequence of Step
        The old release first, the new one last; both with levels. At least two.

    Returns
    -------
    polars.DataFrame
        One row a link that is not level: number_id, measure, link (1, 2 …), cause (several joined by +), value_before,
        value_after (null where there is no number), standard_error_before (of the old number) and what the number is
        about.
    """
    causes, wide = _widen(_join_unknown(steps))
    levels = [f"level_{place}" for place in range(len(causes))]
    is_moved = pl.any_horizontal(
        *(pl.col(before).ne_missing(pl.col(after)) for before, after in zip(levels, levels[1:], strict=False))
    )
    rows = []
    for row in wide.filter(is_moved).iter_rows(named=True):
        values = [row[name] for name in levels]
        links = [(SCOPE, values[0], values[-1])] if row["is_scope"] else list(_find_links(causes, values))
        if row["number_kind"] == "group":
            links = _join_small(links)
        about = {name: row[name] for name in (*KEY, *_ABOUT, "standard_error_before")}
        rows += [
            {**about, "link": place, "cause": cause, "value_before": before, "value_after": after}
            for place, (cause, before, after) in enumerate(links, 1)
        ]
    return pl.DataFrame(rows, schema=_SCHEMA).sort(*KEY, "link")


_SCHEMA = {
    "number_id": pl.String,
    "measure": pl.String,
    "link": pl.Int16,
    "cause": pl.String,
    "number_kind": pl.String,
    "target_group": pl.String,
    "consequence": pl.String,
    "relative_year": pl.Int16,
    "value_before": pl.Float64,
    "value_after": pl.Float64,
    "standard_error_before": pl.Float64,
}


def _join_unknown(steps: Sequence[Step]) -> list[Step]:
    """Join the causes around levels that could not be made."""
    known, waiting = [], []
    for step in steps:
        waiting.append(step.cause)
        if step.levels is not None:
            known.append(Step(JOINT.join(filter(None, waiting)), step.levels))
            waiting = []
    return known


def _widen(steps: Sequence[Step]) -> tuple[list[str], pl.DataFrame]:
    """Return the causes and one row a number with its level at every step."""
    frames = []
    for place, step in enumerate(steps):
        assert step.levels is not None
        frames.append(step.levels.select(*KEY, pl.col("value").alias(f"level_{place}")))
    ends = [steps[-1].levels, steps[0].levels]
    about = pl.concat([end.select(*KEY, *_ABOUT) for end in ends if end is not None])
    wide = about.unique(list(KEY), keep="first", maintain_order=True)
    for frame in frames:
        wide = wide.join(frame, on=list(KEY), how="left", validate="1:1")
    old = steps[0].levels.select(*KEY, pl.col("standard_error").alias("standard_error_before"))
    wide = wide.join(old, on=list(KEY), how="left", validate="1:1")
    return [step.cause for step in steps], wide.with_columns(is_scope=_is_scope(steps))


def _is_scope(steps: Sequence[Step]) -> pl.Expr:
    """Say whether a number's target group or consequence is not in both releases."""
    ends = [steps[0].levels, steps[-1].levels]
    outside = pl.lit(False)
    for name in ("target_group", "consequence"):
        first, last = (set(end[name].drop_nulls().unique()) for end in ends if end is not None)
        outside |= pl.col(name).is_in(sorted(first ^ last)).fill_null(False)
    return outside


def _find_links(causes: Sequence[str], values: Sequence[float | None]) -> Iterator[Link]:
    """Give the links of one number: a level that is missing between two others belongs to the next link."""
    level, waiting = values[0], []
    last_known = max(place for place, value in enumerate(values) if value is not None)
    for place in range(1, len(values)):
        value = values[place]
        is_gap = value is None and level is not None and place < last_known
        waiting.append(causes[place])
        if is_gap:
            continue
        if value != level:
            yield JOINT.join(waiting), level, value
        level, waiting = value, []


def _join_small(links: list[Link]) -> list[Link]:
    """Join links of a count that differ by 1–4 with a neighbour, so that no cause tells of so few persons."""
    joined = list(links)
    while len(joined) > 1 and any(map(_is_small, joined)):
        place = max(next(n for n, link in enumerate(joined) if _is_small(link)), 1)
        (first, before, _), (second, _, after) = joined[place - 1 : place + 1]
        joined[place - 1 : place + 1] = [(f"{first}{JOINT}{second}", before, after)]
    return [link for link in joined if link[1] != link[2]]


def _is_small(link: Link) -> bool:
    _, before, after = link
    return before is not None and after is not None and 0 < abs(after - before) < FEWEST
