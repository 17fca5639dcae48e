"""Persons made by hand, one a rule branch or quirk: register rows in, and what must come out of them.

Belongs here: the TOML files, their reading and their delivery. Does not belong here: drawn persons, or any
code that works out what must come out: the expectations are worked by hand from the declared rules.
"""

from sample_registers.edge_cases.delivery import edge_case_registers, render_edge_cases
from sample_registers.edge_cases.expectations import (
    expected_events,
    expected_memberships,
    expected_person_years,
    expected_quantities,
)
from sample_registers.edge_cases.reading import EdgeCase, EdgeCaseError, load_edge_cases

__all__ = [
    "EdgeCase",
    "EdgeCaseError",
    "edge_case_registers",
    "expected_events",
    "expected_memberships",
    "expected_person_years",
    "expected_quantities",
    "load_edge_cases",
    "render_edge_cases",
]
