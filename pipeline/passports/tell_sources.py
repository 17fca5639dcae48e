"""The part of a passport that is about what lies behind a number: registers, coverage, corrections, declarations, code.

Belongs here: sources of any number. Does not belong here: the number itself (`tell_difference`, `tell_price`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from pipeline.passports.page_words import PageWords
from pipeline.passports.passport import EventsCovered, Passport, RegisterRead, Row

PACKAGES_TOLD = (
    "polars",
    "duckdb",
    "numpy",
    "scipy",
    "statsmodels",
    "pandera",
    "great_expectations",
    "dagster",
)
_SHOWN = 16


def tell_sources(passport: Passport, words: PageWords) -> list[str]:
    """Tell what lies behind a number.

    Returns
    -------
    list of str
        Lines.
    """
    lines: list[str] = []
    if passport.registers:
        lines += ["", words.say("registers")]
        for register in passport.registers:
            lines += words.wrap(_tell_register(register, words))
        lines += words.wrap(words.say("hash_of_all"))
        lines += ["", words.say("coverage")]
        for events in passport.coverage:
            lines += words.wrap(_tell_coverage(events, words))
        lines += ["", words.say("corrections"), *_tell_corrections(passport.corrections, words)]
    return [*lines, *_tell_declarations(passport, words), *_tell_making(passport, words)]


def _tell_register(register: RegisterRead, words: PageWords) -> str:
    hashes = list(register.files.values())
    digest = hashes[0] if len(hashes) == 1 else hashlib.sha256("".join(hashes).encode()).hexdigest()
    files = words.say("one_file" if len(hashes) == 1 else "several_files")
    return words.say(
        "register_is", register=register.register, n=len(hashes), files=files, hash=digest[:_SHOWN]
    )


def _tell_coverage(events: EventsCovered, words: PageWords) -> str:
    told = [
        words.say("one_gap_is" if n == 1 else "gap_is", n=n, year=year)
        for year, _, n in events.gaps
        if n is not None
    ]
    gaps = f" ({'; '.join(told)})" if told else ""
    return words.say("covered_is", events=events.events, years=tell_years(events.years), gaps=gaps)


def tell_years(years: Sequence[int]) -> str:
    """Tell years as spans.

    Examples
    --------
    >>> tell_years((2006, 2007, 2008, 2010))
    '2006–2008, 2010'
    """
    spans: list[list[int]] = []
    for year in years:
        if spans and spans[-1][1] == year - 1:
            spans[-1][1] = year
        else:
            spans.append([year, year])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in spans) or "–"


def _tell_corrections(corrections: Sequence[Row], words: PageWords) -> list[str]:
    if not corrections:
        return words.wrap(words.say("no_corrections"))
    told = [
        words.say(
            "correction_is",
            correction=row["correction"],
            register=row["register"],
            affects=row["affects"],
            action=row["action"],
            n=words.count(row["n_rows_corrected"]),
            reason=words.of(row, "reason"),
            reported_to=row["reported_to"],
            date=row["declared_date"],
        )
        for row in corrections
    ]
    return [line for sentence in told for line in words.wrap(sentence)]


def _tell_declarations(passport: Passport, words: PageWords) -> list[str]:
    lines = ["", words.say("declarations")]
    for item in passport.declarations:
        digest = item.sha256[:_SHOWN] or words.say("not_in_release")
        lines += words.wrap(words.say("declaration_is", declaration=item.declaration, hash=digest))
        changes = [f"{c['change_date']} {c['code_commit'][:10]} {c['change']}" for c in item.changes]
        for change in changes or [words.say("history_unknown")]:
            lines += words.wrap(change, "      ")
    return lines


def _tell_making(passport: Passport, words: PageWords) -> list[str]:
    made = passport.made
    packages = [f"{name} {made['packages'][name]}" for name in PACKAGES_TOLD if name in made["packages"]]
    told = words.say(
        "made_is",
        commit=made["code_commit"],
        data_version=made["data_version"],
        python=made["python"],
        packages=", ".join(packages),
    )
    lines = ["", words.say("made"), *words.wrap(told)]
    if made["seeds"]:
        seeds = ", ".join(str(seed) for seed in made["seeds"].values())
        lines += words.wrap(words.say("seeds_are", seeds=seeds))
    return lines
