"""The profiles a calculation used: every value by relative year, with its number id and what kind it is.

Here: at most ten years a table. Not here: prices (`source_sections`).
"""

from __future__ import annotations

import itertools
from typing import Final

import numpy as np

from soem_engine.group_part import GroupPart
from soem_engine.group_values import OWN as OWN_STATUS
from soem_engine.knowledge import FloatArray
from soem_engine.report.document import Block, Column, Paragraph, Row, Table
from soem_engine.report.wording import DASH, Words
from soem_engine.result import Result

MOST_YEARS: Final = 10
TAPERED, SET_TO_ZERO, IN_RULE, OWN = "°", "*", "†", "#"


def tabulate_profiles(part: GroupPart, result: Result, words: Words) -> tuple[Block, ...]:
    """Return one group's profile values, as far as the horizon reaches them."""
    reached = np.flatnonzero(part.is_reached)
    n_years = 0 if len(reached) == 0 else int(reached[-1]) + 1
    if n_years == 0:
        nobody = words.say("Ingen gennemfører inden for horisonten.", "Nobody completes within the horizon.")
        return (Paragraph(nobody),)
    blocks: list[Block] = [Paragraph(_explain(part, words), is_note=True)]
    n_tables = -(-n_years // MOST_YEARS)
    edges = [round(n * n_years / n_tables) for n in range(n_tables + 1)]
    for years in (range(start, end) for start, end in itertools.pairwise(edges)):
        blocks.append(_tabulate(part, result, years, words))
    return tuple(blocks)


def _explain(part: GroupPart, words: Words) -> str:
    key = part.group.key
    if part.group.is_own:
        return words.say(
            f"Egne tal: forskel i brug pr. person, der når succes, år for år (minus: mindre brug). {DASH} er ikke "
            "oplyst og er ikke medregnet.",
            f"Own numbers: difference in use per person reaching success, year by year (minus: less use). {DASH} is "
            "not given and not counted.",
        )
    return words.say(
        "Forskel i brug pr. person, der når succes, år for år (minus: mindre brug), justeret for køn, alder, "
        f"beskæftigelse, uddannelse og brug i år 0. Et tals id er {key}/konsekvens/år med konsekvensens nøgle fra "
        f"første kolonne. {TAPERED} nedtrapning. {SET_TO_ZERO} sat til nul, fordi forskellen ikke er signifikant på "
        f"5 %. {IN_RULE} del af selve succesmålet. {OWN} eget tal. {DASH} kendes ikke og er ikke medregnet.",
        "Difference in use per person reaching success, year by year (minus: less use), adjusted for sex, age, "
        f"employment, education and use in year 0. A number's id is {key}/consequence/year with the key of the "
        f"consequence from the first column. {TAPERED} taper. {SET_TO_ZERO} set to zero, as the difference is not "
        f"significant at 5 %. {IN_RULE} part of the success criterion itself. {OWN} own number. {DASH} not known and "
        "not counted.",
    )


def _tabulate(part: GroupPart, result: Result, years: range, words: Words) -> Table:
    columns = (
        Column(words.say("Konsekvens, enhed, nøgle", "Consequence, unit, key"), is_number=False, share=1),
        *(Column(str(k + 1)) for k in years),
    )
    rows = []
    for c, consequence in enumerate(result.consequences):
        if not part.is_calculated[c]:
            continue
        decimals = _choose_decimals(part.value[c])
        name = f"{words.pick(consequence.name)}, {words.pick(consequence.unit)}\n{consequence.key}"
        rows.append(Row((name, *(_write_value(part, c, k, decimals, words) for k in years))))
    first, last = years[0] + 1, years[-1] + 1
    title = words.say(f"Relativt år {first}{DASH}{last}", f"Relative years {first}{DASH}{last}")
    return Table(title, columns, tuple(rows), is_dense=True)


def _choose_decimals(values: FloatArray) -> int:
    largest = float(np.abs(values).max(initial=0.0))
    return 0 if largest >= 1000 else 1 if largest >= 100 else 2 if largest >= 1 else 3


def _write_value(part: GroupPart, c: int, k: int, decimals: int, words: Words) -> str:
    if not part.has_value[c, k]:
        return DASH
    status = str(part.values.status[c, k])
    mark = ""
    if status == OWN_STATUS:
        mark = OWN
    elif status == "set_to_zero":
        mark = SET_TO_ZERO
    elif part.values.is_tapered[c, k]:
        mark = TAPERED
    elif part.values.in_success_rule[c, k]:
        mark = IN_RULE
    value = float(part.value[c, k])
    return f"{words.number(value, decimals) if value else '0'}{mark}"
