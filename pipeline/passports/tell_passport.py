"""A passport as a page a person can read aloud, in Danish or English.

Belongs here: the order of the page. Does not belong here: its parts (`tell_difference`, `tell_price`, `tell_sources`)
and its words (`words.toml`).
"""

from __future__ import annotations

import polars as pl

from pipeline.changes.tell_number import tell_number
from pipeline.passports.page_words import PageWords
from pipeline.passports.passport import Passport
from pipeline.passports.tell_difference import tell_difference
from pipeline.passports.tell_price import tell_price
from pipeline.passports.tell_sources import tell_sources


def tell_passport(passport: Passport, language: str = "da") -> str:
    """Tell where a number comes from.

    Parameters
    ----------
    passport : Passport
    language : str
        `da` or `en`.

    Returns
    -------
    str
        Plain text, at most 100 characters wide but for names and SQL.
    """
    words = PageWords(language)
    is_price = passport.number_kind == "price"
    tell = tell_price if is_price else tell_difference
    lines = [
        passport.number_id,
        _tell_subject(passport, words),
        words.say("release", version=passport.made["version"], made_at=passport.made["made_at"][:10]),
        words.of(passport.release, "caveat"),
        "",
        *tell(passport, words),
        *_tell_changes(passport, words),
        *tell_sources(passport, words),
    ]
    if not is_price:
        lines += _tell_sql(passport, words)
    return "\n".join([*lines, "", words.say("again", id=passport.number_id)]) + "\n"


def _tell_subject(passport: Passport, words: PageWords) -> str:
    group = passport.target_group
    names = [words.of(group, "name")] if group is not None else []
    names.append(words.of(passport.consequence, "name"))
    if passport.relative_year is not None:
        names.append(words.say("year", year=passport.relative_year))
    if passport.price is not None:
        names.append(words.name("payer", passport.price["payer"]))
    return " · ".join(names)


def _tell_changes(passport: Passport, words: PageWords) -> list[str]:
    """Tell what moved the number since the release before; nothing where it was not compared."""
    if passport.changes is None:
        return []
    previous = passport.made["previous"]
    if not passport.changes:
        return ["", words.say("unchanged", previous=previous)]
    decimals = 2 if passport.number_kind == "price" else None
    links = pl.DataFrame(passport.changes, infer_schema_length=None)
    chain = tell_number(links, words.language, decimals)[:-1]
    return ["", words.say("changed", previous=previous), *(f"  {line}".rstrip() for line in chain)]


def _tell_sql(passport: Passport, words: PageWords) -> list[str]:
    group = passport.target_group
    assert group is not None
    lines = [
        "",
        words.say("as_sql"),
        *words.wrap(words.say("definition_hash", hash=group["definition_hash"])),
    ]
    for text in (group["membership_sql"], group["success_sql"]):
        lines += ["", *(f"  {line}" for line in text.splitlines())]
    return lines
