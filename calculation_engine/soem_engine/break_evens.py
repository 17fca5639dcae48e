"""The success share, participants, cost and prices at which the net present value is exactly zero.

The net result is linear in each of them, so each is a division, not a search.

Here: the values. Not here: how far inputs may move by other reasons (`tornado`, `tipping_points`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from soem_engine.components import find_components
from soem_engine.input_names import name_input
from soem_engine.knowledge import FloatArray
from soem_engine.result_data import ResultData
from soem_engine.texts import Text

What = Literal["net_success_share", "participants", "cost_per_participant", "price"]

_PAYS = Text("resultatet er nul ved denne værdi", "the result is zero at this value")
_WITHOUT = Text("positivt ved enhver værdi over nul", "positive at any value above zero")
_NEVER = Text("kan ikke nås", "cannot be reached")
_NO_EFFECT = Text("virker ikke på resultatet", "has no effect on the result")


@dataclass(frozen=True)
class BreakEven:
    """The value of one input at which the net present value is zero, all else as typed.

    Attributes
    ----------
    what, key
        Which input; for a price the consequence's key.
    name
        Its name.
    payer
        Whose net present value; None: all payers together.
    base
        The value typed: share, persons in all, kr. per participant (discounted), kr. per unit in all.
    value, factor
        The value at which the result is zero, and its ratio to `base`; None where there is none. Over several target
        groups all shares and all participants are moved in proportion.
    is_possible
        Whether there is such a value: a share above 0 and not above 1, persons above 0, kr. not below 0.
    note
        What it means.
    """

    what: What
    key: str
    name: Text
    payer: str | None
    base: float
    value: float | None
    factor: float | None
    is_possible: bool
    note: Text


def find_break_evens(result: ResultData) -> tuple[BreakEven, ...]:
    """Return the break-evens of share, participants and cost for all payers and each, and of prices for all payers."""
    pieces = find_components(result)
    success = pieces.success_dkk.sum(axis=(0, 1, 2))
    running = pieces.running_dkk.sum(axis=(0, 1, 2))
    fixed = pieces.fixed_cost_dkk.sum(axis=(0, 1))
    per_person = pieces.person_cost_dkk.sum(axis=(0, 1, 2))
    found = []
    for payer, pick in (
        (None, slice(None)),
        *((name, slice(p, p + 1)) for p, name in enumerate(result.payers)),
    ):
        s, r, f, k = (float(piece[pick].sum()) for piece in (success, running, fixed, per_person))
        found += [
            _solve_share(result, payer, s, f + k - r),
            _solve_participants(result, payer, s + r - k, f),
            _solve_cost(result, payer, s + r - f - k, k),
        ]
    priced = pieces.success_dkk + pieces.running_dkk + pieces.tax_dkk + pieces.running_tax_dkk
    return (*found, *_solve_prices(result, priced))


def _solve_share(result: ResultData, payer: str | None, success: float, needed: float) -> BreakEven:
    """Solve factor · success = needed."""
    completing = sum(float(part.completing.sum()) for part in result.parts)
    reached = sum(float((part.success.share * part.completing).sum()) for part in result.parts)
    base = reached / completing if completing else 0.0
    name = name_input("target_groups.net_success_share")
    factor = needed / success if success else None
    value = None if factor is None else factor * base
    is_possible = factor is not None and success > 0 and 0.0 < factor * base <= 1.0
    note = _note(factor, is_possible, success > 0 and needed <= 0)
    return BreakEven("net_success_share", "", name, payer, base, value, factor, is_possible, note)


def _solve_participants(result: ResultData, payer: str | None, each: float, fixed: float) -> BreakEven:
    """Solve factor · each = fixed."""
    base = float(result.participants.sum())
    factor = fixed / each if each else None
    value = None if factor is None else factor * base
    is_possible = factor is not None and each > 0 and factor > 0.0
    note = _note(factor, is_possible, each > 0 and fixed <= 0)
    name = name_input("target_groups.participants")
    return BreakEven("participants", "", name, payer, base, value, factor, is_possible, note)


def _solve_cost(result: ResultData, payer: str | None, net: float, per_person: float) -> BreakEven:
    """Solve what one participant may cost, discounted as the participants are."""
    persons = float((result.participants * result.discount_factors).sum())
    name = Text("Omkostning pr. deltager", "Cost per participant")
    if not persons:
        return BreakEven("cost_per_participant", "", name, payer, 0.0, None, None, False, _NO_EFFECT)
    base = per_person / persons
    value = base + net / persons
    factor = value / base if base else None
    note = _PAYS if value >= 0 else _NEVER
    return BreakEven("cost_per_participant", "", name, payer, base, value, factor, value >= 0, note)


def _solve_prices(result: ResultData, consequences_dkk: FloatArray) -> list[BreakEven]:
    """Solve the price of each consequence, all payers' parts in proportion; the nearest to 1 first.

    A tax computed from a transfer follows its price. A krone of tax has no price that could be another.
    """
    by_consequence = consequences_dkk.sum(axis=(0, 2, 3))
    net = result.net_present_value
    found = []
    for c in np.flatnonzero(by_consequence):
        consequence = result.consequences[c]
        if consequence.is_dkk:
            continue
        factor = float(1.0 - net / by_consequence[c])
        prices = [part.price_dkk[0, c].sum() for part in result.parts if part.is_calculated[c]]
        base = float(prices[0]) if prices else 0.0
        is_possible = factor >= 0.0
        note = _PAYS if is_possible else _NEVER
        found.append(
            BreakEven(
                "price",
                consequence.key,
                consequence.name,
                None,
                base,
                factor * base,
                factor,
                is_possible,
                note,
            )
        )
    return sorted(found, key=lambda one: abs((one.factor or 0.0) - 1.0))


def _note(factor: float | None, is_possible: bool, is_without: bool) -> Text:
    if factor is None:
        return _NO_EFFECT
    if is_without:
        return _WITHOUT
    return _PAYS if is_possible else _NEVER
