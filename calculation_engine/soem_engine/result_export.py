"""A result as plain values, JSON and a polars table.

Here: shapes of the outputs for programs; numbers keep full precision and the decimal point. Not here: tables
for people (`terminal`).
"""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from soem_engine.group_part import GroupPart
from soem_engine.knowledge import FloatArray
from soem_engine.notices import NOT_COUNTED_REASONS
from soem_engine.price_export import list_prices
from soem_engine.result_data import ResultData
from soem_engine.texts import Text

if TYPE_CHECKING:
    import polars

UNITS = {
    "dkk": "kr. in the price level price_year; positive: the public sector saves (cost: spends)",
    "pv": "discounted to the first year of operation",
    "use_change": "natural units of the consequence; negative: less use",
    "share": "0-1",
}


def make_json(tables: dict[str, Any], indent: int | None) -> str:
    """Return nested plain values as JSON."""
    return json.dumps(tables, ensure_ascii=False, indent=indent, allow_nan=False)


def make_dict(result: ResultData) -> dict[str, Any]:
    """Return a result as nested plain values."""
    return {
        "engine": {"name": "soem-engine", "version": result.engine_version},
        "release": make_plain(result.release),
        "units": UNITS,
        "caveats": [{"code": caveat.code, **make_pair(caveat.text)} for caveat in result.caveats],
        "intervention": make_plain(result.intervention),
        "success_measures": {
            "own": result.intervention.own_success_measure,
            "soem": {group.key: make_pair(group.success) for group in result.target_groups},
            "comparison": result.intervention.success_measure_comparison,
        },
        "discount_rates": make_plain(result.rates),
        "totals": _totals(result),
        "by_year": [_year(result, t) for t in range(len(result.years))],
        "by_area": _areas(result),
        "by_consequence": [_consequence(result, c) for c in range(len(result.consequences))],
        "by_committee": _committees(result),
        "target_groups": [_group(part) for part in result.parts],
        "prices": [
            price for part in result.parts for price in list_prices(part, result.intervention.first_year)
        ],
        "cost_lines": _cost_lines(result),
        "cells": _cells(result),
        "not_counted": [
            {
                "target_group": entry.target_group,
                "consequence": entry.consequence,
                "name": make_pair(entry.name),
                "relative_years": list(entry.relative_years),
                "reason": entry.reason,
                "reason_text": make_pair(NOT_COUNTED_REASONS[entry.reason]),
            }
            for entry in result.not_counted
        ],
    }


def make_frame(result: ResultData) -> polars.DataFrame:
    """Return the finest cells as a polars table, one row a target group × year × line × payer."""
    import polars as pl

    n_groups, n_years, n_consequences, n_payers = result.consequences_dkk.shape
    g, t, c, p = (axis.ravel() for axis in np.indices((n_groups, n_years, n_consequences, n_payers)))
    groups = np.array([group.key for group in result.target_groups])
    keys = np.array([consequence.key for consequence in result.consequences])
    areas = np.array([consequence.area for consequence in result.consequences])
    payers = np.array(result.payers)
    consequences = pl.DataFrame(
        {
            "target_group": groups[g],
            "year": result.years[t],
            "payer": payers[p],
            "area": areas[c],
            "line": keys[c],
            "is_cost": np.zeros(g.size, dtype=bool),
            "net_dkk": result.consequences_dkk.ravel(),
            "net_pv_dkk": result.consequences_pv_dkk.ravel(),
        }
    )
    t, n, p = (axis.ravel() for axis in np.indices(result.cost_dkk.shape))
    names = np.array([line.name for line in result.intervention.costs], dtype=str)
    costs = pl.DataFrame(
        {
            "target_group": pl.Series([None] * t.size, dtype=pl.String),
            "year": result.years[t],
            "payer": payers[p],
            "area": np.full(t.size, "intervention_cost"),
            "line": pl.Series(names[n].tolist(), dtype=pl.String),
            "is_cost": np.ones(t.size, dtype=bool),
            "net_dkk": 0.0 - result.cost_dkk.ravel(),
            "net_pv_dkk": 0.0 - result.cost_pv_dkk.ravel(),
        }
    )
    return pl.concat([consequences, costs])


def _totals(result: ResultData) -> dict[str, Any]:
    errors = result.standard_errors
    return {
        "net_present_value_dkk": result.net_present_value,
        "net_present_value_standard_error_dkk": errors.net_present_value,
        "net_present_value_by_payer_dkk": _by_payer(result, result.net_present_value_by_payer),
        "net_present_value_standard_error_by_payer_dkk": _by_payer(result, errors.by_payer),
        "net_present_value_per_participant_dkk": result.net_present_value_per_participant
        if result.n_participants
        else None,
        "consequences_pv_by_payer_dkk": _by_payer(result, result.consequences_pv_dkk.sum(axis=(0, 1, 2))),
        "cost_pv_by_payer_dkk": _by_payer(result, result.cost_pv_dkk.sum(axis=(0, 1))),
        "net_undiscounted_dkk": float(result.net_dkk.sum()),
        "running_pv_dkk": float(result.running_pv_dkk.sum()),
        "break_even_year": result.break_even_year,
        "break_even_year_by_payer": dict(zip(result.payers, result.break_even_year_by_payer, strict=True)),
        "benefit_per_krone": result.benefit_per_krone,
        "n_participants": result.n_participants,
        "n_starting": result.n_starting,
        "share_tapered": result.make_up.share(result.make_up.tapered_dkk),
        "share_insignificant": result.make_up.share(result.make_up.insignificant_dkk),
        "share_in_success_rule": result.make_up.share(result.make_up.in_success_rule_dkk),
        "share_placeholder_price": result.make_up.share(result.make_up.placeholder_price_dkk),
    }


def _year(result: ResultData, t: int) -> dict[str, Any]:
    make_up = result.make_up
    total = float(make_up.absolute_dkk[t])
    return {
        "year": int(result.years[t]),
        "n_participants": float(result.participants[:, t].sum()),
        "consequences_dkk": _by_payer(result, result.consequences_dkk[:, t].sum(axis=(0, 1))),
        "cost_dkk": _by_payer(result, result.cost_dkk[t].sum(axis=0)),
        "net_dkk": _by_payer(result, result.net_dkk[t]),
        "net_total_dkk": float(result.net_dkk[t].sum()),
        "discount_factor": float(result.discount_factors[t]),
        "net_pv_dkk": _by_payer(result, result.net_pv_dkk[t]),
        "net_total_pv_dkk": float(result.net_pv_dkk[t].sum()),
        "cumulated_pv_dkk": float(result.cumulated_dkk[t]),
        "cumulated_pv_standard_error_dkk": float(result.standard_errors.cumulated[t]),
        "share_tapered": float(make_up.tapered_dkk[t]) / total if total else 0.0,
        "share_insignificant": float(make_up.insignificant_dkk[t]) / total if total else 0.0,
    }


def _areas(result: ResultData) -> list[dict[str, Any]]:
    plain, discounted = result.sum_by_area(discounted=False), result.sum_by_area()
    return [
        {
            "area": area,
            "name": make_pair(name),
            "consequences_dkk": _by_payer(result, plain[a].sum(axis=0)),
            "consequences_pv_dkk": _by_payer(result, discounted[a].sum(axis=0)),
            "total_pv_dkk": float(discounted[a].sum()),
        }
        for a, (area, name) in enumerate(result.areas.items())
    ]


def _consequence(result: ResultData, c: int) -> dict[str, Any]:
    consequence = result.consequences[c]
    plain, discounted = result.consequences_dkk[:, :, c], result.consequences_pv_dkk[:, :, c]
    return {
        "consequence": consequence.key,
        "area": consequence.area,
        "name": make_pair(consequence.name),
        "unit": make_pair(consequence.unit),
        "use_change": {
            group.key: result.use_change[g, :, c].tolist() for g, group in enumerate(result.target_groups)
        },
        "consequences_dkk": _by_payer(result, plain.sum(axis=(0, 1))),
        "consequences_pv_dkk": _by_payer(result, discounted.sum(axis=(0, 1))),
        "total_pv_dkk": float(discounted.sum()),
    }


def _committees(result: ResultData) -> list[dict[str, Any]]:
    return [
        {
            "committee": name,
            "consequences_pv_dkk": float(result.committee_consequences_pv_dkk[b].sum()),
            "cost_pv_dkk": float(result.committee_cost_pv_dkk[b].sum()),
            "net_pv_dkk": float(result.net_by_committee_pv_dkk[b].sum()),
            "net_by_year_dkk": result.net_by_committee_dkk[b].tolist(),
        }
        for b, name in enumerate(result.committees)
    ]


def _group(part: GroupPart) -> dict[str, Any]:
    success = part.success
    return {
        "target_group": part.group.key,
        "name": make_pair(part.group.name),
        "starting": part.starting.tolist(),
        "completing": part.completing.tolist(),
        "participant_years": part.participant_years.tolist(),
        "successes": part.successes.tolist(),
        "net_success_share": success.share,
        "net_success_share_standard_error": None
        if success.is_assumed and success.effect_size_standard_error is None
        else success.standard_error,
        "net_success_share_is_assumed": success.is_assumed,
        "base_share": success.base_share,
        "effect_size": success.effect_size,
        "effect_study": success.study.key if success.study else None,
    }


def _cost_lines(result: ResultData) -> list[dict[str, Any]]:
    return [
        {
            "name": line.name,
            "kind": line.kind,
            "saved_alternative": line.saved_alternative,
            "cost_by_year_dkk": result.cost_dkk[:, n].sum(axis=1).tolist(),
            "cost_pv_dkk": _by_payer(result, result.cost_pv_dkk[:, n].sum(axis=0)),
            "rows": [
                {
                    "name": row.name,
                    "category": row.category,
                    "cost_by_year_dkk": row.dkk.sum(axis=1).tolist(),
                    "refund_by_year_dkk": row.refund_dkk.tolist(),
                }
                for row in result.cost_detail[n]
            ],
        }
        for n, line in enumerate(result.intervention.costs)
    ]


def _cells(result: ResultData) -> dict[str, Any]:
    """Return the finest cells: every other number of money is an exact sum of these."""
    return {
        "axes": {
            "target_group": [group.key for group in result.target_groups],
            "year": result.years.tolist(),
            "consequence": [consequence.key for consequence in result.consequences],
            "payer": list(result.payers),
            "cost_line": [line.name for line in result.intervention.costs],
        },
        "consequences_dkk": {
            "axes": ["target_group", "year", "consequence", "payer"],
            "values": result.consequences_dkk.tolist(),
        },
        "cost_dkk": {"axes": ["year", "cost_line", "payer"], "values": result.cost_dkk.tolist()},
    }


def _by_payer(result: ResultData, amounts: FloatArray) -> dict[str, float]:
    return {payer: float(amount) for payer, amount in zip(result.payers, amounts, strict=True)}


def make_pair(text: Text) -> dict[str, str]:
    """Return a text in both languages."""
    return {"da": text.da, "en": text.en}


def make_plain(value: Any) -> Any:
    """Return dataclasses, texts, arrays, dates, tuples and mappings as values JSON knows."""
    if isinstance(value, Text):
        return make_pair(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: make_plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): make_plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [make_plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return value.tolist()
    return value.isoformat() if isinstance(value, datetime.date) else value
