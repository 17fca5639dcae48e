"""The part of a passport that is about a price: payers, derivation, figures, rule, index, validity.

Belongs here: which facts are told, in which order. Does not belong here: differences (`tell_difference`).
"""

from __future__ import annotations

from pipeline.passports.page_words import PageWords
from pipeline.passports.passport import Passport, Row


def tell_price(passport: Passport, words: PageWords) -> list[str]:
    """Tell what a price is and how it came about.

    Returns
    -------
    list of str
        Lines.
    """
    price = passport.price
    assert price is not None
    lead = words.say(
        "price_lead",
        payer=words.say(price["payer"]),
        price=words.number(price["price_dkk"], 2),
        unit=words.of(passport.consequence, "unit"),
        year=price["price_year"],
    )
    kind = words.say(
        "price_kind",
        method=words.name("price_method", price["method"]),
        basis=words.name("basis", price["basis"]),
    )
    valid = words.say(
        "valid_is",
        first=price["valid_from"],
        last=words.say("valid_to", last=price["valid_to"])
        if price["valid_to"]
        else words.say("until_further"),
        source=price["source"],
    )
    return [
        *words.wrap(lead, ""),
        *words.wrap(kind, ""),
        *("", words.say("derivation"), *words.wrap(price["derivation"] or words.say("unknown"))),
        *("", words.say("payers"), *_tell_payers(passport, words)),
        *("", words.say("figures"), *(line for row in passport.figures for line in _tell_figure(row, words))),
        *("", words.say("rule"), *words.wrap(words.say("rule_is", rule=price["rule"]))),
        *(line for row in passport.shares for line in _tell_share(row, words)),
        *("", words.say("index"), *(line for row in passport.index for line in _tell_index(row, words))),
        *("", words.say("validity"), *words.wrap(valid)),
    ]


def _tell_payers(passport: Passport, words: PageWords) -> list[str]:
    lines = []
    for row in passport.payers:
        lines += words.wrap(
            words.say("payer_is", payer=words.say(row["payer"]), price=words.number(row["price_dkk"], 2))
        )
    gross = words.number(passport.payers[0]["gross_dkk"], 2)
    return lines + words.wrap(words.say("gross_is", price=gross))


def _tell_figure(row: Row, words: PageWords) -> list[str]:
    converted = ""
    if row["value_in_price_year"] != row["value"]:
        converted = words.say("converted", value=words.number(row["value_in_price_year"], 2))
    told = words.say(
        "figure_is",
        name=row["figure_name"],
        konto=f" (konto {row['konto']})" if row["konto"] else "",
        value=words.number(row["value"], 0 if row["value"] == int(row["value"]) else 2),
        unit=row["figure_unit"],
        year=row["figure_year"],
        converted=converted,
        basis=words.name("basis", row["basis"]),
        source=row["source"],
    )
    return words.wrap(told)


def _tell_share(row: Row, words: PageWords) -> list[str]:
    share = words.number(100 * row["value"], 4).rstrip("0").rstrip(",.")
    return words.wrap(
        words.say("share_is", name=words.of(row, "name"), share=f"{share} %", source=row["source"])
    )


def _tell_index(row: Row, words: PageWords) -> list[str]:
    return words.wrap(
        words.say("index_is", year=row["year"], index=words.number(row["index"], 1), source=row["source"])
    )
