"""A comparison or combination as nested plain values.

Here: what the two have in common. Not here: single results (`result_export`).
"""

from __future__ import annotations

from typing import Any

from soem_engine.joint_result import JointResult
from soem_engine.result_export import UNITS, make_dict, make_pair


def make_joint_dict(joint: JointResult) -> dict[str, Any]:
    """Return a joint result as nested plain values; under `results` each of its results."""
    areas = joint.sum_by_area().sum(axis=1)
    return {
        "units": UNITS,
        "caveats": [{"code": caveat.code, **make_pair(caveat.text)} for caveat in joint.caveats],
        "totals": {
            "net_present_value_dkk": joint.net_present_value,
            "net_present_value_by_payer_dkk": _by_payer(joint, joint.net_present_value_by_payer),
            "consequences_pv_by_payer_dkk": _by_payer(joint, joint.consequences_pv_dkk.sum(axis=0)),
            "cost_pv_by_payer_dkk": _by_payer(joint, joint.cost_pv_dkk.sum(axis=0)),
            "net_undiscounted_dkk": float(joint.net_dkk.sum()),
            "break_even_year": joint.break_even_year,
            "benefit_per_krone": joint.benefit_per_krone,
        },
        "by_year": [
            {
                "year": int(year),
                "net_dkk": _by_payer(joint, joint.net_dkk[t]),
                "net_pv_dkk": _by_payer(joint, joint.net_pv_dkk[t]),
                "net_total_pv_dkk": float(joint.net_pv_dkk[t].sum()),
                "cumulated_pv_dkk": float(joint.cumulated_dkk[t]),
            }
            for t, year in enumerate(joint.years)
        ],
        "by_area": [
            {"area": area, "name": make_pair(name), "consequences_pv_dkk": _by_payer(joint, amounts)}
            for (area, name), amounts in zip(joint.areas.items(), areas, strict=True)
        ],
        "by_consequence": [
            {
                "consequence": key,
                "name": make_pair(consequence.name),
                "unit": make_pair(consequence.unit),
                "use_change_total": float(use),
                "consequences_pv_dkk": _by_payer(joint, amounts),
                "total_pv_dkk": float(amounts.sum()),
            }
            for (key, consequence), use, amounts in zip(
                joint.consequences.items(),
                joint.sum_use_change(),
                joint.sum_by_consequence().sum(axis=1),
                strict=True,
            )
        ],
        "by_committee": [
            {"committee": name, "net_pv_dkk": float(net.sum())}
            for name, net in zip(joint.committees, joint.net_by_committee_pv_dkk, strict=True)
        ],
        "results": [{"role": term.role, "sign": term.sign, **make_dict(term.result)} for term in joint.terms],
    }


def _by_payer(joint: JointResult, amounts: Any) -> dict[str, float]:
    return {payer: float(amount) for payer, amount in zip(joint.payers, amounts, strict=True)}
