"""Check that interventions can be taken together: same years, price level, rates and switches.

Here: the check. Not here: the analyses that need it (`comparison`, `combination`).
"""

from __future__ import annotations

from typing import Final

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
    if problems.problems:
        raise InputError(heading, problems.problems)
