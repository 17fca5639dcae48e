"""Check that interventions can be taken together: same years, price level, rates and switches, own names for the same.

Here: the check. Not here: the analyses that need it (`comparison`, `combination`).
"""

from __future__ import annotations

from typing import Final

from soem_engine.consequence_inputs import NewConsequence
from soem_engine.errors import InputError, ProblemList, show_value
from soem_engine.input_names import name_input
from soem_engine.intervention import Intervention
from soem_engine.texts import Text

SAME: Final[tuple[str, ...]] = (
    "first_year",
    "horizon_years",
    "price_year",
    "view",
    "taper",
    "survival_weighting",
    "discounting",
    "discount_rates_date",
    "discount_rate",
    "reimbursement",
    "tax_on_transfers",
)


def check_alike(interventions: tuple[Intervention, ...], heading: Text) -> None:
    """Check that all interventions have the frame of the first.

    Raises
    ------
    InputError
        With every difference.
    """
    problems = ProblemList()
    first = interventions[0]
    for other in interventions[1:]:
        for field in SAME:
            mine, theirs = getattr(first, field), getattr(other, field)
            if mine != theirs:
                name = name_input(field)
                problems.add(
                    f"{other.name}: {field}",
                    show_value(theirs),
                    Text(
                        f"samme {name.da.lower()} som »{first.name}«: {mine}",
                        f"the same {name.en.lower()} as »{first.name}«: {mine}",
                    ),
                    Text("lad indsatserne have samme ramme", "give the interventions the same frame"),
                )
    _check_own_names(interventions, problems)
    if problems.problems:
        raise InputError(heading, problems.problems)


def _check_own_names(interventions: tuple[Intervention, ...], problems: ProblemList) -> None:
    """Check that a consequence of one's own is the same wherever it has the same key: they are added up by it."""
    declared: dict[str, tuple[str, NewConsequence]] = {}
    for intervention in interventions:
        for own in intervention.own_consequences:
            if own.new is None:
                continue
            name, new = declared.setdefault(own.consequence, (intervention.name, own.new))
            if own.new != new:
                problems.add(
                    f"{intervention.name}: own_consequences {own.consequence}",
                    Text(*(f"{own.new.name} ({own.new.unit})",) * 2),
                    Text(
                        f"som i »{name}«: {new.name} ({new.unit})", f"as in »{name}«: {new.name} ({new.unit})"
                    ),
                    Text("giv den ene en anden nøgle", "give one of them another key"),
                )
