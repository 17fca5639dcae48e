"""The engine against a case worked by hand: every amount of `hand_worked_case.csv` to the øre.

The CSV holds one amount a row: what it is, its formula in plain arithmetic (paste it after "=" in a spreadsheet), its
value and an explanation. It was written from the numbers of `conftest.py` without the engine.
"""

from __future__ import annotations

import ast
import csv
import operator
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from soem_engine import Intervention, Release, Result, calculate

CASE = Path(__file__).with_name("hand_worked_case.csv")
HALF_AN_OERE = 0.005
_OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def _evaluate(node: ast.expr, formula: str) -> Decimal:
    """Evaluate plain arithmetic in decimal numbers, as a person would."""
    if isinstance(node, ast.BinOp):
        left, right = _evaluate(node.left, formula), _evaluate(node.right, formula)
        return _OPERATORS[type(node.op)](left, right)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_evaluate(node.operand, formula)
    segment = ast.get_source_segment(formula, node)
    assert isinstance(node, ast.Constant) and segment is not None
    return Decimal(segment)


def read_case() -> list[dict[str, str]]:
    with CASE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _find_amount(result: Result, row: dict[str, str]) -> float:
    t = list(result.years).index(int(row["year"])) if row["year"] else -1
    p = result.payers.index(row["payer"]) if row["payer"] else -1
    lines = {
        "consequences": [consequence.key for consequence in result.consequences],
        "cost": [cost.name for cost in result.intervention.costs],
    }
    match row["quantity"]:
        case "consequences":
            return float(result.consequences_dkk[0, t, lines["consequences"].index(row["line"]), p])
        case "cost":
            return float(result.cost_dkk[t, lines["cost"].index(row["line"]), p])
        case "net":
            return float(result.net_dkk[t, p])
        case "discount_factor":
            return float(result.discount_factors[t])
        case "net_pv":
            return float(result.net_pv_dkk[t].sum())
        case "per_participant":
            return result.net_present_value_per_participant
    assert row["quantity"] == "net_present_value"
    return result.net_present_value


def test_formulas_of_the_case_give_its_values() -> None:
    for row in read_case():
        value = _evaluate(ast.parse(row["formula"], mode="eval").body, row["formula"])
        assert abs(value - Decimal(row["value"])) < Decimal("0.00001"), row


def test_engine_agrees_to_the_oere(release: Release, intervention: Intervention) -> None:
    result = calculate(release, intervention)
    for row in read_case():
        assert _find_amount(result, row) == pytest.approx(float(row["value"]), abs=HALF_AN_OERE), row


def test_case_leaves_no_amount_out(release: Release, intervention: Intervention) -> None:
    result = calculate(release, intervention)
    rows = read_case()
    assert sum(row["quantity"] == "consequences" for row in rows) == result.consequences_dkk.size
    assert sum(row["quantity"] == "cost" for row in rows) == np.count_nonzero(result.cost_dkk)
    assert sum(row["quantity"] == "net" for row in rows) == result.net_dkk.size
