"""What changed from one release to the next, and why: everything `soem diff`, `soem why` and CHANGES.md tell.

Belongs here: putting the parts together, and the rows of the table `changes`. Does not belong here: the parts
(`compare_releases`, `walk_back`, `attribute`), the words (`tell_changes`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.changes.attribute import Step, attribute
from pipeline.changes.between import Between, find_causes
from pipeline.changes.build_state import Obstacle
from pipeline.changes.causes import UNEXPLAINED
from pipeline.changes.compare_releases import Content, Difference, compare_releases, read_content
from pipeline.changes.mix_declarations import read_declarations
from pipeline.changes.number_levels import list_levels, list_released
from pipeline.changes.small_counts import find_floor
from pipeline.changes.stored_changes import is_stored as is_stored_in
from pipeline.changes.walk_back import name_causes, walk_back
from pipeline.executors import DEFAULT_RESOURCES, Resources
from pipeline.release.versions import MANIFEST
from schemas.checks import conform_table


@dataclass(frozen=True)
class Changes:
    """What changed between two releases.

    Attributes
    ----------
    difference : Difference
    causes : tuple of str
        What differs in how they were made, in order.
    is_declared_same : bool
        Whether the declarations say the same, texts and what only one release has included.
    is_attributed : bool
        Whether what each cause did was looked for.
    links : polars.DataFrame
        Rows of the table `changes`: one a cause that moved a number.
    not_told_apart : tuple of (str, Obstacle)
        Causes that stand together, and the reason.
    names : polars.DataFrame
        name_da, name_en by kind (`target_group`, `consequence`) and key: of both releases.
    n_shown : int
        Numbers shown in the new release (view soem_classic).
    is_stored : bool
        Whether the new release holds these links, as it does those since the release before.
    """

    difference: Difference
    causes: tuple[str, ...]
    is_declared_same: bool
    is_attributed: bool
    links: pl.DataFrame
    not_told_apart: tuple[tuple[str, Obstacle], ...]
    names: pl.DataFrame
    n_shown: int
    is_stored: bool

    def find_name(self, kind: str, key: str, language: str) -> str:
        """Return the name of a target group or a consequence; its key where neither release has it."""
        found = self.names.filter(kind=kind, key=key)
        return key if found.is_empty() else found.row(0, named=True)[f"name_{language}"]


def find_differences(old: Path, new: Path) -> Changes:
    """Find what changed between two published releases, without asking why.

    Parameters
    ----------
    old, new : Path
        Folders of releases.

    Returns
    -------
    Changes
        With one link a number, whose cause says nothing.
    """
    contents = read_content(old), read_content(new)
    made = [json.loads((release / MANIFEST).read_text("utf-8")) for release in (old, new)]
    declared = read_declarations(old / "declarations"), read_declarations(new / "declarations")
    causes = find_causes(*made, declared)
    links = attribute([Step("", list_released(old)), Step(UNEXPLAINED, list_released(new))])
    return _put_together(*contents, causes, _complete(links), None, declared, is_stored_in(old, new))


def find_changes(
    between: Between, new: Content, resources: Resources = DEFAULT_RESOURCES, *, is_stored: bool = True
) -> Changes:
    """Find what changed since an old release, and how much each cause did.

    Parameters
    ----------
    between : Between
        From `compare_making`.
    new : Content
        The new release, as it will be or is published.
    resources : Resources
        For what must be built.
    is_stored : bool
        Whether the new release holds, or will hold, what is found.

    Returns
    -------
    Changes
    """
    states, levels = [], []
    for state in walk_back(between, new.tables, resources):
        states.append(state)
        levels.append(list_levels(state.tables))
    causes = name_causes(states)
    steps = [
        Step(cause, level, state.is_stricter)
        for cause, level, state in zip(causes, levels, states, strict=True)
    ]
    links = attribute(steps[::-1], find_floor(*between.declared))
    obstacles = tuple(
        (cause, earlier.obstacle)
        for cause, earlier in zip(causes, states[1:], strict=False)
        if earlier.obstacle is not None
    )
    contents = read_content(between.old), new
    made = between.causes, _complete(links), obstacles, between.declared
    return _put_together(*contents, *made, is_stored)


def _complete(links: pl.DataFrame) -> pl.DataFrame:
    """Return the rows as the table `changes` has them."""
    moved = links.with_columns(change=pl.col("value_after") - pl.col("value_before"))
    return conform_table("changes", moved.rename({"change": "value_change"}))


def _put_together(
    old: Content,
    new: Content,
    causes: tuple[str, ...],
    links: pl.DataFrame,
    not_told_apart: tuple[tuple[str, Obstacle], ...] | None,
    declared: tuple[Mapping[str, Any], Mapping[str, Any]],
    is_held: bool,
) -> Changes:
    names = [
        content.tables[table].select(
            kind=pl.lit(kind), key=pl.col(kind), name_da="name_da", name_en="name_en"
        )
        for content in (new, old)
        for table, kind in (("target_groups", "target_group"), ("consequences", "consequence"))
    ]
    shown = pl.col("value").is_not_null() & (pl.col("view") == "soem_classic")
    return Changes(
        compare_releases(old, new),
        causes,
        declared[0] == declared[1],
        not_told_apart is not None,
        links,
        not_told_apart or (),
        pl.concat(names).unique(["kind", "key"], keep="first", maintain_order=True),
        new.tables["profiles"].filter(shown).height,
        is_held,
    )
