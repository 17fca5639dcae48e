"""All that changed between two releases, as a page a steering group can read: CHANGES.md, and on the terminal.

Belongs here: which facts are told, in which order, how many of each. Does not belong here: words (`words.toml`), one
number's causes (`tell_number`), finding anything (`find_changes`).
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pipeline.changes.build_state import NO_OLD_REGISTERS
from pipeline.changes.causes import CAUSES, CODE, JOINT, REGISTER_DATA
from pipeline.changes.change_words import ChangeWords
from pipeline.changes.find_changes import Changes
from pipeline.changes.tell_number import round_move
from pipeline.passports.page_words import choose_decimals
from pipeline.release.changes_page import PAGE_LANGUAGES, join_languages

SHOWN = "soem_classic"
ESTIMATED = "adjusted_difference"
N_NUMBERS, N_GROUPS, N_PRICES = 15, 12, 15


def write_changes(changes: Changes | None, version: str) -> str:
    """Write CHANGES.md: Danish, then English.

    Parameters
    ----------
    changes : Changes or None
        None for the first release.
    version : str
        Of the new release.
    """
    return join_languages({name: tell_changes(changes, version, name) for name in PAGE_LANGUAGES})


def tell_changes(changes: Changes | None, version: str, language: str) -> str:
    """Tell what changed, in Markdown.

    Parameters
    ----------
    changes : Changes or None
    version : str
    language : str
        `da` or `en`.
    """
    words = ChangeWords(language)
    if changes is None:
        return f"# {version}\n\n{words.say('first_release', new=version)}\n"
    difference = changes.difference
    between = {"old": difference.old, "new": difference.new}
    parts = [
        f"# {words.say('title', **between)}",
        f"**{words.name('classes', difference.change_class)}**",
        _tell_lead(changes, words),
        *_tell_meaning(changes, words),
        *_tell_causes(changes, words),
        *_tell_largest(changes, words),
        *_tell_groups(changes, words),
        *_tell_values(changes, words, "price", "prices"),
        *_tell_values(changes, words, "rate", "rates"),
        *_tell_values(changes, words, "study", "studies"),
        *_tell_tables(changes, words),
        words.say("read_more" if changes.is_stored else "read_more_elsewhere", **between),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def sum_up(links: pl.DataFrame) -> pl.DataFrame:
    """Return one row a number and measure: first and last value, causes, size of the move in standard errors."""
    ordered = links.sort("number_id", "measure", "link")
    total = ordered.group_by("number_id", "measure", maintain_order=True).agg(
        pl.col(
            "number_kind", "target_group", "consequence", "relative_year", "standard_error_before"
        ).first(),
        pl.col("value_before").first(),
        pl.col("value_after").last(),
    )
    return total.with_columns(
        n_errors=(pl.col("value_after") - pl.col("value_before")).abs() / _error()
    ).filter(pl.col("value_before").ne_missing(pl.col("value_after")))


def _error() -> pl.Expr:
    error = pl.col("standard_error_before")
    return pl.when(error > 0).then(error)


def _tell_lead(changes: Changes, words: ChangeWords) -> str:
    moved = sum_up(changes.links)
    shown = moved.filter(pl.col("measure") == SHOWN)
    is_new, is_gone = pl.col("value_before").is_null(), pl.col("value_after").is_null()
    counts = shown.select(
        n_added=is_new.sum(), n_removed=is_gone.sum(), n_moved=(~is_new & ~is_gone).sum()
    ).row(0, named=True)
    lead = words.say(
        "lead", n_all=words.number(changes.n_shown, 0), **{k: words.number(v, 0) for k, v in counts.items()}
    )
    sizes = moved.filter(pl.col("measure") == ESTIMATED)["n_errors"].drop_nulls()
    if sizes.is_empty():
        return f"{lead} {words.say('lead_none_moved')}"
    told = {"median": words.number(sizes.median(), 2), "largest": words.number(sizes.max(), 1)}
    return f"{lead} {words.say('lead_size', **told)}"


def _tell_meaning(changes: Changes, words: ChangeWords) -> list[str]:
    found = changes.difference.changes
    if not found:
        return []
    told = [
        words.name(
            "changes",
            change.kind,
            subject=words.causes(change.subject).lower() if change.kind == "definition" else change.subject,
        )
        for change in found
    ]
    return [f"## {words.say('meaning')}", "\n".join(f"- {line}" for line in told)]


def _tell_causes(changes: Changes, words: ChangeWords) -> list[str]:
    """Tell how many numbers each cause moved and how far; two paragraphs and a table."""
    if not changes.is_attributed:
        made = ", ".join(words.causes(cause) for cause in changes.causes)
        return [words.say("made_otherwise", causes=made) if made else _tell_no_cause(changes, words)]
    by_cause = changes.links.with_columns(
        n_errors=(pl.col("value_after") - pl.col("value_before")).abs() / _error(),
        is_difference=pl.col("number_kind") == "difference",
    )
    total = by_cause.group_by("cause").agg(
        numbers=pl.col("number_id").filter(pl.col("is_difference")).n_unique(),
        others=pl.col("number_id").filter(pl.col("number_kind").is_in(["price", "rate", "study"])).n_unique(),
        typical=pl.col("n_errors").filter(pl.col("is_difference")).median(),
        largest=pl.col("n_errors").filter(pl.col("is_difference")).max(),
    )
    rows = sorted(total.rows(named=True), key=lambda row: _place(row["cause"]))
    seen = {part for row in rows for part in row["cause"].split(JOINT)}
    silent = [cause for cause in changes.causes if cause not in seen]
    head = [words.say(name) for name in ("cause", "numbers_moved", "prices_moved", "typical", "largest")]
    table = [
        [
            words.causes(row["cause"]),
            words.number(row["numbers"], 0),
            words.number(row["others"], 0),
            "–" if row["typical"] is None else words.number(row["typical"], 2),
            "–" if row["largest"] is None else words.number(row["largest"], 1),
        ]
        for row in rows
    ]
    parts = [f"## {words.say('causes')}"]
    parts += [words.say("causes_read") if changes.causes else _tell_no_cause(changes, words)]
    parts += [words.table(head, table, dict.fromkeys(range(1, 5), True))] if table else []
    if silent:
        parts.append(words.say("no_numbers_cause", causes=", ".join(words.causes(cause) for cause in silent)))
    return [*parts, *(_tell_not_told_apart(changes, words))]


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


def _tell_largest(changes: Changes, words: ChangeWords) -> list[str]:
    """Tell the numbers shown that moved most, of each group and consequence one, with what its causes did."""
    moved = sum_up(changes.links.filter(pl.col("measure") == SHOWN))
    ranked = moved.filter(pl.col("n_errors").is_not_null()).sort(
        ["n_errors", "relative_year", "number_id"], descending=[True, False, False]
    )
    most = ranked.unique(["target_group", "consequence"], keep="first", maintain_order=True)
    if most.is_empty():
        return []
    keys = ("number", "before", "after", "standard_errors", *("because",) * changes.is_attributed)
    head = [words.say(name) for name in keys]
    rows = []
    for row in most.head(N_NUMBERS).rows(named=True):
        places = max(choose_decimals(row["value_before"]), choose_decimals(row["value_after"]))
        links = changes.links.filter(number_id=row["number_id"], measure=SHOWN).sort("link").rows(named=True)
        name = f"{_name_row(row, changes, words)} `{row['number_id']}`"
        values = [words.number(row[column], places) for column in ("value_before", "value_after")]
        cells = [name, *values, words.number(row["n_errors"], 1)]
        rows.append(cells + [_tell_links(links, words, places)] * changes.is_attributed)
    return [
        f"## {words.say('largest_moves')}",
        words.table(head, rows, {1: True, 2: True, 3: True}),
        _tell_more(moved.height - min(most.height, N_NUMBERS), words),
    ]


def _tell_links(links: Sequence[dict], words: ChangeWords, places: int) -> str:
    told = []
    for link in links:
        name = words.causes(link["cause"]).lower()
        if link["value_before"] is None or link["value_after"] is None:
            told.append(name)
        else:
            move = round_move(link["value_before"], link["value_after"], places)
            told.append(f"{name} {words.move(move, places)}")
    return "; ".join(told)


def _tell_groups(changes: Changes, words: ChangeWords) -> list[str]:
    """Tell the target groups whose numbers moved, with how many persons they have."""
    moved = sum_up(changes.links)
    shown = moved.filter((pl.col("measure") == SHOWN) & pl.col("target_group").is_not_null())
    if shown.is_empty():
        return []
    total = shown.group_by("target_group").agg(numbers=pl.len(), largest=pl.col("n_errors").max())
    persons = moved.filter(pl.col("measure") == "n_persons").select(
        "target_group", before="value_before", after="value_after"
    )
    most = total.join(persons, on="target_group", how="left").sort(
        ["numbers", "target_group"], descending=[True, False]
    )
    keys = ("group", "numbers_moved", "largest", "persons_before", "persons_after")
    head = [words.say(name) for name in keys]
    rows = [
        [
            _find_name(changes, "target_group", row["target_group"], words),
            words.number(row["numbers"], 0),
            "–" if row["largest"] is None else words.number(row["largest"], 1),
            words.say("unchanged") if is_same else words.number(row["before"], 0),
            words.say("unchanged") if is_same else words.number(row["after"], 0),
        ]
        for row in most.head(N_GROUPS).rows(named=True)
        for is_same in (row["before"] is None and row["after"] is None,)
    ]
    return [
        f"## {words.say('groups')}",
        words.table(head, rows, dict.fromkeys(range(1, 5), True)),
        _tell_more(most.height - N_GROUPS, words),
    ]


def _tell_values(changes: Changes, words: ChangeWords, kind: str, title: str) -> list[str]:
    """Tell prices or rates that moved."""
    moved = sum_up(changes.links.filter(pl.col("number_kind") == kind)).sort("number_id")
    if moved.is_empty():
        return []
    keys = ("number", "before", "after", "change", *("because",) * changes.is_attributed)
    head = [words.say(name) for name in keys]
    rows = []
    for row in moved.head(N_PRICES).rows(named=True):
        before, after = row["value_before"], row["value_after"]
        places = 2 if kind == "price" else 4
        links = changes.links.filter(number_id=row["number_id"], measure=row["measure"]).sort("link")
        move = None if before is None or after is None else round_move(before, after, places)
        cells = [
            f"`{row['number_id']}`",
            words.number(before, places),
            words.number(after, places),
            "–" if move is None else words.move(move, places),
        ]
        rows.append(cells + [_tell_links(links.rows(named=True), words, places)] * changes.is_attributed)
    return [
        f"## {words.say(title)}",
        words.table(head, rows, {1: True, 2: True, 3: True}),
        _tell_more(moved.height - N_PRICES, words),
    ]


def _tell_more(n: int, words: ChangeWords) -> str:
    return words.say("and_more", n=words.number(n, 0)) if n > 0 else ""


def _tell_tables(changes: Changes, words: ChangeWords) -> list[str]:
    if not changes.difference.tables:
        return []
    head = [words.say(name) for name in ("table", "rows_added", "rows_removed", "rows_changed")]
    rows = [
        [f"`{t.table}`", *(words.number(n, 0) for n in (t.n_added, t.n_removed, t.n_changed))]
        for t in changes.difference.tables
    ]
    return [f"## {words.say('tables')}", words.table(head, rows, dict.fromkeys(range(1, 4), True))]


def _name_row(row: dict, changes: Changes, words: ChangeWords) -> str:
    group = _find_name(changes, "target_group", row["target_group"], words)
    consequence = _find_name(changes, "consequence", row["consequence"], words)
    return f"{group}: {consequence}, {words.say('year', year=row['relative_year'])}"


def _find_name(changes: Changes, kind: str, key: str, words: ChangeWords) -> str:
    found = changes.names.filter(kind=kind, key=key)
    return key if found.is_empty() else found.row(0, named=True)[f"name_{words.language}"]
