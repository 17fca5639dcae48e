"""What each cause did to the numbers, as a part of the page of what changed.

Belongs here: counting and telling by cause. Does not belong here: the rest of the page (`tell_changes`).
"""

from __future__ import annotations

import polars as pl

from pipeline.changes.build_state import NO_OLD_REGISTERS
from pipeline.changes.causes import CAUSES, CODE, DECLARED_KINDS, JOINT, REGISTER_DATA, SCOPE
from pipeline.changes.change_words import ChangeWords
from pipeline.changes.find_changes import Changes
from pipeline.changes.moves import SHOWN, measure_move


def tell_causes(changes: Changes, words: ChangeWords) -> list[str]:
    """Tell how many shown numbers each cause moved and how far: paragraphs and a table, scope on a line of its own.

    Parameters
    ----------
    changes : Changes
    words : ChangeWords
    """
    if not changes.is_attributed:
        made = ", ".join(words.causes(cause) for cause in changes.causes)
        return [words.say("made_otherwise", causes=made) if made else _tell_no_cause(changes, words)]
    total = _count_by_cause(changes.links)
    rows = sorted(
        total.filter(pl.col("cause") != SCOPE).rows(named=True), key=lambda row: _place(row["cause"])
    )
    seen = {part for row in rows for part in row["cause"].split(JOINT)}
    silent = [cause for cause in changes.causes if cause not in seen]
    keys = ("cause", "numbers_moved", "numbers_came_or_went", "prices_moved", "typical", "largest")
    head = [words.say(name) for name in keys]
    table = [
        [
            words.causes(row["cause"]),
            words.number(row["numbers"], 0),
            words.number(row["came_or_went"], 0),
            words.number(row["others"], 0),
            "–" if row["typical"] is None else words.number(row["typical"], 2),
            "–" if row["largest"] is None else words.number(row["largest"], 1),
        ]
        for row in rows
    ]
    parts = [f"## {words.say('causes')}"]
    parts += [words.say("causes_read") if changes.causes else _tell_no_cause(changes, words)]
    parts += [words.table(head, table, dict.fromkeys(range(1, 6), True))] if table else []
    for row in total.filter(cause=SCOPE).rows(named=True):
        told = {"n": words.number(row["came_or_went"], 0), "n_others": words.number(row["others"], 0)}
        parts.append(words.say("in_one_release", **told))
    if silent:
        parts.append(words.say("no_numbers_cause", causes=", ".join(words.causes(cause) for cause in silent)))
    return [*parts, *(_tell_not_told_apart(changes, words))]


def _count_by_cause(links: pl.DataFrame) -> pl.DataFrame:
    """Count, for each cause, the shown numbers it moved, made or took away, and measure its moves."""
    is_shown = pl.col("measure") == SHOWN
    is_move = is_shown & pl.col("value_before").is_not_null() & pl.col("value_after").is_not_null()
    is_other = pl.col("number_kind").is_in(DECLARED_KINDS)
    return (
        links.with_columns(n_errors=measure_move())
        .group_by("cause")
        .agg(
            numbers=pl.col("number_id").filter(is_move).n_unique(),
            came_or_went=pl.col("number_id").filter(is_shown & ~is_move).n_unique(),
            others=pl.col("number_id").filter(is_other).n_unique(),
            typical=pl.col("n_errors").filter(is_move).median(),
            largest=pl.col("n_errors").filter(is_move).max(),
        )
    )


def _tell_no_cause(changes: Changes, words: ChangeWords) -> str:
    return words.say("no_cause" if changes.is_declared_same else "no_cause_in_common")


def _tell_not_told_apart(changes: Changes, words: ChangeWords) -> list[str]:
    told = []
    for cause, obstacle in changes.not_told_apart:
        if obstacle.kind == NO_OLD_REGISTERS and cause == JOINT.join((CODE, REGISTER_DATA)):
            told.append(words.say("data_and_code", old=changes.difference.old))
            continue
        reason = words.name("obstacles", obstacle.kind, old=changes.difference.old)
        detail = f": {obstacle.detail}" if obstacle.detail else ""
        told.append(words.say("not_told_apart", causes=words.causes(cause), reason=reason + detail))
    return told


def _place(cause: str) -> tuple[int, str]:
    first = cause.split(JOINT)[0]
    return (CAUSES.index(first) if first in CAUSES else len(CAUSES), cause)
