"""How much each cause moved each number, from the levels of the numbers between the two releases.

Belongs here: the chain from the old level to the new one, link by link. Does not belong here: making the levels
(`walk_back`). The chain is exact: the first link starts at the old number, each link starts where the one before
ended, and the last ends at the new number. Where a level between is not known, the links that meet there are one. So
are links of a target group's counts, all of them together, where one count moves by fewer persons than may be
published. A number that neither release publishes is not told of, whatever stood between.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import polars as pl

from pipeline.changes.causes import DECLARED_KINDS, JOINT, KNOWLEDGE_ONLY, SCOPE, UNEXPLAINED
from pipeline.release.rules import FEWEST

KEY = ("number_id", "measure")
Link = tuple[str, float | None, float | None]
"""A cause, the number before it and after it."""
Levels = Sequence[float | None]
"""One number, step by step."""
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
    is_stricter : bool
        Whether more is withheld than the declarations of that state say, so that a number that is not there may only
        be withheld.
    """

    cause: str
    levels: pl.DataFrame | None
    is_stricter: bool = False


def attribute(steps: Sequence[Step], floor: int = FEWEST) -> pl.DataFrame:
    """Tell apart what moved every number that is not the same in both releases, or was not on the way.

    Parameters
    ----------
    steps : sequence of Step
        The old release first, the new one last; both with levels. At least two.
    floor : int
        No cause tells of a count that moved by fewer persons.

    Returns
    -------
    polars.DataFrame
        One row a link that is not level: number_id, measure, link (1, 2 …), cause (several joined by +), value_before,
        value_after (null where there is no number), standard_error_before (of the old number as estimated) and what
        the number is about.
    """
    known = _join_unknown(steps)
    wide = _widen(known)
    names = [f"level_{place}" for place in range(len(known))]
    is_moved = pl.any_horizontal(
        pl.col(before).ne_missing(pl.col(after)) for before, after in pairwise(names)
    )
    is_published = pl.col(names[0]).is_not_null() | pl.col(names[-1]).is_not_null()
    moved = wide.filter(is_moved & is_published).sort(KEY).iter_rows(named=True)
    rows = []
    for (kind, *_), numbers in groupby(moved, key=_name_together):
        told = list(numbers)
        chains = [[row[name] for name in names] for row in told]
        together = _find_links(known, chains, floor if kind == "group" else 0)
        for row, chain, links in zip(told, chains, together, strict=True):
            about = {name: row[name] for name in (*KEY, *_ABOUT, "standard_error_before")}
            rows += [
                {**about, "link": place, "cause": cause, "value_before": before, "value_after": after}
                for place, (cause, before, after) in enumerate(_name_causes(row, chain, links), 1)
            ]
    return pl.DataFrame(rows, schema=_SCHEMA).sort(*KEY, "link")


def _name_together(row: dict) -> tuple[str, str, str]:
    """Name what is told apart together: the counts of a target group, any other number alone."""
    is_count = row["number_kind"] == "group"
    return row["number_kind"], row["number_id"], "" if is_count else row["measure"]


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
            known.append(Step(JOINT.join(filter(None, waiting)), step.levels, step.is_stricter))
            waiting = []
    return known


def _widen(steps: Sequence[Step]) -> pl.DataFrame:
    """Return one row a number with its level at every step."""
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
    return wide.with_columns(is_scope=_is_scope(steps))


def _is_scope(steps: Sequence[Step]) -> pl.Expr:
    """Say whether a number's target group or consequence is not in both releases."""
    ends = [steps[0].levels, steps[-1].levels]
    outside = pl.lit(False)
    for name in ("target_group", "consequence"):
        first, last = (set(end[name].drop_nulls().unique()) for end in ends if end is not None)
        outside |= pl.col(name).is_in(sorted(first ^ last)).fill_null(False)
    return outside


def _find_links(steps: Sequence[Step], chains: Sequence[Levels], floor: int) -> list[list[Link]]:
    """Give the links of numbers told apart together: the same causes stand together for all of them."""
    stops = [
        place for place in range(len(steps)) if not any(_is_gap(chain, place, steps) for chain in chains)
    ]
    parts = [
        ([step.cause for step in steps[start + 1 : end + 1]], start, end)
        for start, end in pairwise(stops)
        if any(chain[start] != chain[end] for chain in chains)
    ]
    while len(parts) > 1 and any(_is_small(part, chains, floor) for part in parts):
        place = max(next(n for n, part in enumerate(parts) if _is_small(part, chains, floor)), 1)
        (first, start, _), (second, _, end) = parts[place - 1 : place + 1]
        parts[place - 1 : place + 1] = [(first + second, start, end)]
    return [
        [(JOINT.join(c), chain[start], chain[end]) for c, start, end in parts if chain[start] != chain[end]]
        for chain in chains
    ]


def _is_gap(chain: Levels, place: int, steps: Sequence[Step]) -> bool:
    """Say whether a level is missing on the way, so that it belongs to the next link."""
    if chain[place] is not None or place in (0, len(chain) - 1):
        return False
    before, after = (any(level is not None for level in part) for part in (chain[:place], chain[place + 1 :]))
    return (before and after) or (steps[place].is_stricter and (before or after))


def _is_small(part: tuple[list[str], int, int], chains: Sequence[Levels], floor: int) -> bool:
    """Say whether a count moves by fewer persons than may be told."""
    _, start, end = part
    return any(
        chain[start] is not None and chain[end] is not None and 0 < abs(chain[end] - chain[start]) < floor
        for chain in chains
    )


def _name_causes(row: dict, chain: Levels, links: list[Link]) -> list[Link]:
    """Name what is no cause: what only one release has, and what no cause there is can have moved."""
    first, last, kind = chain[0], chain[-1], row["number_kind"]
    if row["is_scope"]:
        return [(SCOPE, first, last)]
    if kind in DECLARED_KINDS and (first is None) != (last is None):
        _, before, after = links[0]
        is_in_one = before is None or after is None
        return [(SCOPE, before, after), *links[1:]] if is_in_one and chain[1] == after else links
    return list(_keep_possible(links)) if kind in ("difference", "group") else links


def _keep_possible(links: list[Link]) -> Iterator[Link]:
    """Replace causes that move no estimate and no count, alone or together."""
    for cause, before, after in links:
        is_impossible = set(cause.split(JOINT)) <= KNOWLEDGE_ONLY
        yield UNEXPLAINED if is_impossible else cause, before, after
