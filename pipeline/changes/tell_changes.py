"""All that changed between two releases, as a page a steering group can read: CHANGES.md, and on the terminal.

Belongs here: which facts are told, in which order, how many of each. Does not belong here: words (`words.toml`), one
number's causes (`tell_number`), finding anything (`find_changes`).
"""

from __future__ import annotations

import re

import polars as pl

from pipeline.changes.change_words import ChangeWords
from pipeline.changes.compare_releases import Change
from pipeline.changes.find_changes import Changes
from pipeline.changes.moves import SHOWN, sum_up
from pipeline.changes.tell_causes import tell_causes
from pipeline.changes.tell_number import tell_links
from pipeline.changes.tell_values import tell_values
from pipeline.declarations.reimbursement import PAYERS
from pipeline.passports.page_words import choose_decimals
from pipeline.release.changes_page import PAGE_LANGUAGES, join_languages

ESTIMATED = "adjusted_difference"
N_NUMBERS, N_GROUPS = 15, 12


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
        *tell_causes(changes, words),
        *_tell_largest(changes, words),
        *_tell_groups(changes, words),
        *tell_values(changes, words, "price", "prices"),
        *tell_values(changes, words, "rate", "rates"),
        *tell_values(changes, words, "study", "studies"),
        *_tell_tables(changes, words),
        words.say("read_more" if changes.is_stored else "read_more_elsewhere", **between),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _tell_lead(changes: Changes, words: ChangeWords) -> str:
    moved = sum_up(changes.links)
    shown = moved.filter(pl.col("measure") == SHOWN)
    is_new, is_gone = pl.col("value_before").is_null(), pl.col("value_after").is_null()
    counts = shown.select(
        n_added=is_new.sum(), n_removed=is_gone.sum(), n_moved=(~is_new & ~is_gone).sum()
    ).row(0, named=True)
    lead = words.say(
        "lead",
        n_all=words.number(changes.n_shown, 0),
        view=words.code("view", SHOWN),
        **{k: words.number(v, 0) for k, v in counts.items()},
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
        words.name("changes", change.kind, subject=_name_subject(change, changes, words)) for change in found
    ]
    return [f"## {words.say('meaning')}", "\n".join(f"- {line}" for line in told)]


def _name_subject(change: Change, changes: Changes, words: ChangeWords) -> str:
    """Name what a change is about: target groups, consequences, payers and views by their names."""
    if change.kind == "definition":
        return words.causes(change.subject).lower()
    kind = change.kind.rsplit("_", 1)[0]
    if kind in ("payer", "view"):
        return ", ".join(words.code(kind, code) for code in change.subject.split(", "))
    if kind not in ("target_group", "consequence", "unit_price"):
        return change.subject
    named = []
    for part in re.split(r"(, | / | …)", change.subject):
        names = (changes.find_name(name, part, words.language) for name in ("consequence", "target_group"))
        known = next((name for name in names if name != part), part)
        named.append(words.code("payer", part).lower() if part in PAYERS else known)
    return "".join(named)


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
        rows.append(cells + [tell_links(links, words, places)] * changes.is_attributed)
    return [
        f"## {words.say('largest_moves')}",
        words.table(head, rows, {1: True, 2: True, 3: True}),
        words.more(moved.height - min(most.height, N_NUMBERS)),
    ]


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
            changes.find_name("target_group", row["target_group"], words.language),
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
        words.more(most.height - N_GROUPS),
    ]


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
    group = changes.find_name("target_group", row["target_group"], words.language)
    consequence = changes.find_name("consequence", row["consequence"], words.language)
    return f"{group}: {consequence}, {words.say('year', year=row['relative_year'])}"
