"""Checks of own data against the units of the release: days in a year, weeks in a year, parts of a krone.

Here: what no person can use in a year, and what a krone cannot cost. Not here: names of consequences
(`release_check`), what is wrong whatever the release (`part_checks`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from soem_engine.amounts import PAYERS
from soem_engine.axis import find_new_consequences
from soem_engine.consequence_inputs import OwnPrice
from soem_engine.errors import ProblemList, show_value
from soem_engine.intervention import Intervention
from soem_engine.knowledge import Consequence
from soem_engine.part_checks import check_shares
from soem_engine.release import Release
from soem_engine.texts import Text
from soem_engine.written_number import check_thousands

MOST_IN_A_YEAR: Final[dict[str, float]] = {
    "days": 366.0,
    "bed days": 366.0,
    "weeks": 53.0,
    "recipient-years": 1.0,
    "full years": 1.0,
    "visits": 366.0,
    "contacts": 366.0,
    "convictions": 366.0,
    "dage": 366.0,
    "døgn": 366.0,
    "sengedage": 366.0,
    "uger": 53.0,
    "måneder": 12.0,
    "months": 12.0,
    "helår": 1.0,
    "helårsmodtagere": 1.0,
    "helårspersoner": 1.0,
}
"""The most one person can use in a year, by unit; visits, contacts and convictions: one a day [assumed]."""


def check_own_quantities(intervention: Intervention, release: Release, problems: ProblemList) -> None:
    """Check that own quantities are possible in a year, and that kr. are not written with a thousands point.

    Parameters
    ----------
    intervention, release
        What was typed; whose units.
    problems
        Problems are added here.
    """
    known = {**release.consequences, **find_new_consequences(intervention, release)}
    for place, key, number in _list_quantities(intervention):
        consequence = known.get(key)
        if consequence is None:
            continue
        most = _find_most(consequence)
        if most is None:
            check_thousands(number, place, problems)
        elif abs(number) > most:
            unit = consequence.unit
            problems.add(
                place,
                Text(f"{show_value(number).da} {unit.da}", f"{show_value(number).en} {unit.en}"),
                Text(
                    f"højst {most:g} {unit.da} pr. person om året",
                    f"at most {most:g} {unit.en} a person a year",
                ),
                Text(
                    f"skriv forskellen pr. person om året i {unit.da}; decimaltal skrives med punktum",
                    f"write the difference per person a year in {unit.en}, with a decimal point",
                ),
            )


def _list_quantities(intervention: Intervention) -> Iterator[tuple[str, str, float]]:
    """Yield place, consequence and number of everything typed in natural units."""
    for n, own in enumerate(intervention.own_consequences, start=1):
        for year, value in own.values.items():
            yield f"own_consequences[{n}].values.{year}", own.consequence, value
    for n, running in enumerate(intervention.while_running, start=1):
        yield f"while_running[{n}].change", running.consequence, running.change


def _find_most(consequence: Consequence) -> float | None:
    units = (consequence.unit.en.strip().lower(), consequence.unit.da.strip().lower())
    return next((MOST_IN_A_YEAR[unit] for unit in units if unit in MOST_IN_A_YEAR), None)


def check_kroner_prices(intervention: Intervention, release: Release, problems: ProblemList) -> None:
    """Check own prices of what is counted in kr.: each payer's part of a krone, all three, together one krone.

    Parameters
    ----------
    intervention, release
        What was typed; which consequences are counted in kr.
    problems
        Problems are added here.
    """
    for n, price in enumerate(intervention.own_prices, start=1):
        consequence = release.consequences.get(price.consequence)
        if consequence is not None and consequence.is_dkk:
            _check_krone(price, f"own_prices[{n}].price_dkk", problems)


def _check_krone(price: OwnPrice, place: str, problems: ProblemList) -> None:
    shares = price.price_dkk.by_payer
    do_this = Text(
        "skriv hver betalers andel af en krone, fx { municipality = 0.7, region = 0, state = 0.3 }",
        "write each payer's part of a krone, as { municipality = 0.7, region = 0, state = 0.3 }",
    )
    for payer, share in shares.items():
        if not 0.0 <= share <= 1.0:
            expected = Text("en andel af en krone, fra 0 til 1", "a part of a krone, from 0 to 1")
            problems.add(f"{place}.{payer}", show_value(share), expected, do_this)
    missing = [payer for payer in PAYERS if payer not in shares]
    if missing and not problems.has_problem_within(place):
        expected = Text(f"også {', '.join(missing)}", f"{', '.join(missing)} too")
        problems.add(place, show_value(", ".join(shares)), expected, do_this)
    check_shares(shares, place, problems)
