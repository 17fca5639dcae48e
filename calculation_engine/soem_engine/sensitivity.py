"""Sensitivity of a result: tornado, switches, two-way tables, break-evens, tipping points.

Here: switches and two-way tables, and all of it together. Not here: bars (`tornado`), break-evens (`break_evens`),
tipping points (`tipping_points`), draws (`uncertainty`).
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from soem_engine.break_evens import BreakEven, find_break_evens
from soem_engine.calculation import calculate, find_amounts
from soem_engine.components import find_components
from soem_engine.errors import ProblemList
from soem_engine.input_names import VALUE_NAMES, name_input
from soem_engine.intervention import Intervention
from soem_engine.knowledge import FloatArray
from soem_engine.notices import Caveat
from soem_engine.release import Release
from soem_engine.release_check import add_release_problems
from soem_engine.result import Result
from soem_engine.result_data import ResultData, find_break_even
from soem_engine.result_export import make_json, make_pair, make_plain
from soem_engine.texts import Text
from soem_engine.tipping_points import TippingPoint, find_tipping_points
from soem_engine.tornado import TornadoBar, find_tornado

STEPS: Final = (0.5, 0.75, 1.0, 1.25, 1.5)


@dataclass(frozen=True)
class Switch:
    """The net present value with a switch set one way, all else as typed."""

    input: str
    name: Text
    value: str
    value_name: Text
    is_base: bool
    net_present_value: float
    by_payer: FloatArray
    break_even_year: int | None


@dataclass(frozen=True)
class TwoWayTable:
    """Net present value (R, S) over two inputs at a time; `unit` of each: `share`, `persons`, `factor`."""

    row_input: str
    column_input: str
    row_name: Text
    column_name: Text
    row_unit: str
    column_unit: str
    row_values: FloatArray
    column_values: FloatArray
    net_present_value_dkk: FloatArray


@dataclass(frozen=True)
class Sensitivity:
    """How a result depends on what was typed.

    Attributes
    ----------
    base
        The result itself.
    tornado
        One bar an input, the longest first.
    switches
        Views with and without taper, first year of consequences, discounting, survival, reimbursement, tax.
    two_way
        Success share × participants, success share × cost.
    break_evens, tipping_points
        Where the result is zero, and how wrong the adjusted differences must be for that.
    """

    base: Result
    tornado: tuple[TornadoBar, ...]
    switches: tuple[Switch, ...]
    two_way: tuple[TwoWayTable, ...]
    break_evens: tuple[BreakEven, ...]
    tipping_points: tuple[TippingPoint, ...]

    @property
    def caveats(self) -> tuple[Caveat, ...]:
        """The result's warnings."""
        return self.base.caveats

    def to_dict(self) -> dict[str, Any]:
        """Return the analysis as nested plain values, ready for JSON."""
        bars = [{**make_plain(bar), "low_dkk": bar.low_dkk, "high_dkk": bar.high_dkk} for bar in self.tornado]
        return {
            "analysis": "sensitivity",
            "caveats": [{"code": caveat.code, **make_pair(caveat.text)} for caveat in self.caveats],
            "totals": self.base.to_dict()["totals"],
            "tornado": bars,
            "switches": make_plain(self.switches),
            "two_way": make_plain(self.two_way),
            "break_evens": make_plain(self.break_evens),
            "tipping_points": make_plain(self.tipping_points),
        }

    def to_json(self, indent: int | None = 2) -> str:
        """Return the analysis as JSON."""
        return make_json(self.to_dict(), indent)


def find_sensitivity(release: Release, intervention: Intervention) -> Sensitivity:
    """Return how an intervention's result depends on what was typed.

    Parameters
    ----------
    release
        An open release.
    intervention
        The intervention; its `ranges` go into the tornado, other inputs vary by ±20 % or by their 95 % interval.

    Raises
    ------
    InputError
        If the intervention cannot be calculated.
    """
    base = calculate(release, intervention)
    return Sensitivity(
        base=base,
        tornado=find_tornado(base),
        switches=_list_switches(release, base),
        two_way=_make_tables(base),
        break_evens=find_break_evens(base),
        tipping_points=find_tipping_points(base),
    )


def _list_switches(release: Release, base: Result) -> tuple[Switch, ...]:
    intervention = base.intervention
    choices: list[dict[str, Any]] = [
        {"view": view, "taper": taper} for view in release.views for taper in ("release", "none")
    ]
    for field, values in (
        ("first_consequence_year", ("year_of_completion", "year_after_completion")),
        ("discounting", ("release", "none")),
        ("survival_weighting", (False, True)),
        ("reimbursement", ("by_date", "as_priced")),
        ("tax_on_transfers", ("release", "computed", "none")),
    ):
        choices += [{field: value} for value in values]
    found = (_set_switch(release, intervention, choice) for choice in choices)
    return tuple(switch for switch in found if switch is not None)


def _set_switch(release: Release, intervention: Intervention, choice: dict[str, Any]) -> Switch | None:
    """Return the result with a switch set; None where the release cannot do it."""
    changed = dataclasses.replace(intervention, **choice)
    problems = ProblemList()
    add_release_problems(changed, release, problems)
    if problems.problems:
        return None
    net = find_amounts(release, changed).net_pv_dkk
    years = np.arange(intervention.first_year, intervention.last_year + 1)
    field = next(iter(choice))
    return Switch(
        input=field,
        name=name_input(field),
        value=" + ".join(_say(key, value) for key, value in choice.items()),
        value_name=_join([_name_value(key, value) for key, value in choice.items()]),
        is_base=changed == intervention,
        net_present_value=float(net.sum()),
        by_payer=net.sum(axis=0),
        break_even_year=find_break_even(np.cumsum(net.sum(axis=1)), years),
    )


def _say(field: str, value: object) -> str:
    if field == "taper":
        return "taper" if value == "release" else "no_taper"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _name_value(field: str, value: object) -> Text:
    if field == "view":
        return Text(str(value), str(value))
    return VALUE_NAMES[field, _say(field, value)]


def _join(names: list[Text]) -> Text:
    return Text(", ".join(name.da for name in names), ", ".join(name.en for name in names))


def _make_tables(result: ResultData) -> tuple[TwoWayTable, ...]:
    """Return share × participants and share × cost, all in proportion; no share above 1."""
    pieces = find_components(result)
    success, running = float(pieces.success_dkk.sum()), float(pieces.running_dkk.sum())
    fixed, per_person = float(pieces.fixed_cost_dkk.sum()), float(pieces.person_cost_dkk.sum())
    steps = np.array(STEPS)
    largest = max(part.success.share for part in result.parts)
    possible = steps[steps * largest <= 1.0]
    rows, columns = possible[:, None], steps[None, :]
    shares, share_unit = possible, "factor"
    if len(result.parts) == 1:
        shares, share_unit = possible * result.parts[0].success.share, "share"
    share_name = name_input("target_groups.net_success_share")
    by_persons = columns * (rows * success + running - per_person) - fixed
    by_cost = rows * success + running - columns * (fixed + per_person)
    return (
        TwoWayTable(
            "target_groups.net_success_share",
            "target_groups.participants",
            share_name,
            name_input("target_groups.participants"),
            share_unit,
            "persons",
            shares,
            steps * result.n_participants,
            by_persons,
        ),
        TwoWayTable(
            "target_groups.net_success_share",
            "costs",
            share_name,
            Text("Omkostninger i alt", "Cost in all"),
            share_unit,
            "factor",
            shares,
            steps,
            by_cost,
        ),
    )
