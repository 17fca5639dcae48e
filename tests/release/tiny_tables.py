"""A small, consistent set of release tables, invented: three target groups, four consequences.

Belongs here: tables every rule of the gate holds for, with a cell of every status. Others may import
`make_tiny_tables`. Does not belong here: real definitions, prices or findings.
"""

from __future__ import annotations

import datetime

import numpy as np
import polars as pl

from schemas.checks import POLARS_TYPES
from schemas.release_tables import RELEASE_TABLES
from tests.release.tiny_audit_tables import add_audit_tables

YEARS = range(1, 11)
END = 20
FROM = datetime.date(2021, 1, 7)
PAYERS = ("municipality", "region", "state")
COVARIATES = ("sex", "age", "employment", "education", "use_in_year_0", "base_year")
GROUPS = {"homeless": "adults", "mental_difficulties_0_5": "children", "stuttering": "adults"}
CONSEQUENCES = {
    "cash_benefit": ("both", "uger", "weeks", 1),
    "tax_employment": ("adults", "kr.", "kr.", -1),
    "shelter": ("adults", "dage", "days", 1),
    "school_ordinary": ("children", "uger", "weeks", 1),
}


def make_frame(table: str, rows: list[dict]) -> pl.DataFrame:
    """Make a frame of a release table from rows; columns that are not named are null."""
    schema = {column.name: POLARS_TYPES[column.type] for column in RELEASE_TABLES[table].columns}
    return pl.DataFrame(rows, schema=schema, orient="row", strict=True)


def _choose_status(group: str, consequence: str, year: int) -> tuple[str, str | None]:
    if consequence == "school_ordinary" and year >= 9:
        return "not_observed", None
    if consequence == "shelter" and year == 4:
        return "not_estimable", "few_users"
    if consequence == "tax_employment" and year == 10:
        return "no_use", None
    if consequence == "cash_benefit" and group.endswith("0_5"):
        return "outside_ages", None
    return "estimated", None


def _estimate_cell(group: str, consequence: str, year: int, se: float, rng: np.random.Generator) -> dict:
    status, reason = _choose_status(group, consequence, year)
    counts = {"n_success": 900, "n_others": 800, "n_persons_success": 600, "n_persons_others": 500}
    cell = {
        "target_group": group,
        "consequence": consequence,
        "relative_year": year,
        "covariate_set": "soem",
        "in_success_rule": consequence == "shelter" and year == 1,
        "status": status,
        "reason": reason,
        "share_observed_success": 1 - 0.01 * year,
        "share_observed_others": 1 - 0.02 * year,
        "base_year_first": 2008,
        "base_year_last": 2022 - year if year > 2 else 2020,
    }
    if status == "not_observed":
        return cell | dict.fromkeys(("share_observed_success", "share_observed_others"))
    if status == "not_estimable":
        return cell | counts | {"n_users_success": None, "n_users_others": 40}
    if status in ("no_use", "outside_ages"):
        zero = dict.fromkeys(
            ("mean_success", "mean_others", "raw_difference", "adjustment", "adjusted_difference"), 0.0
        )
        return cell | counts | zero | {"n_users_success": 0, "n_users_others": 0}
    adjusted, adjustment, others = -2.0 / year * (year % 3), -0.5, 20.0
    success = others + adjustment + adjusted
    p_value = float(np.clip(2 * np.exp(-abs(adjusted / se)), 0, 1))
    return (
        cell
        | counts
        | {
            "n_users_success": 300,
            "n_users_others": 400,
            "mean_success": success,
            "mean_others": others,
            "raw_difference": success - others,
            "adjustment": adjustment,
            "adjusted_difference": adjusted,
            "standard_error": se,
            "ci_low": adjusted - 2 * se,
            "ci_high": adjusted + 2 * se,
            "p_value": p_value,
            "q_value": p_value,
            "is_significant": p_value < 0.05,
        }
    )


def _estimate(tables: dict) -> None:
    rng = np.random.default_rng(1)
    estimates, parts, covariances = [], [], []
    for group, population in GROUPS.items():
        if group == "stuttering":
            continue
        cells = [(c, y) for c, row in CONSEQUENCES.items() if row[0] in ("both", population) for y in YEARS]
        estimated = [cell for cell in cells if _choose_status(group, *cell)[0] == "estimated"]
        factor = rng.normal(size=(len(estimated), 200)) / 30
        matrix = factor @ factor.T
        for consequence, year in cells:
            cell = {"target_group": group, "consequence": consequence, "relative_year": year}
            if (consequence, year) not in estimated:
                estimates.append(_estimate_cell(group, consequence, year, 0.0, rng))
                continue
            place = estimated.index((consequence, year))
            row = _estimate_cell(group, consequence, year, float(np.sqrt(matrix[place, place])), rng)
            estimates.append(row)
            shares = [0.1, 0.2, 0.3, 0.2, 0.1, 0.1]
            parts += [
                cell | {"covariate": name, "adjustment": share * row["adjustment"]}
                for name, share in zip(COVARIATES, shares, strict=True)
            ]
            covariances.append(
                cell | {"position": place + 1, "covariances": matrix[place, : place + 1].tolist()}
            )
    tables["estimates"] = make_frame("estimates", estimates)
    tables["adjustment_by_covariate"] = make_frame("adjustment_by_covariate", parts)
    tables["estimate_covariance"] = make_frame("estimate_covariance", covariances)


def _profile_year(cells: dict[int, dict], view: str, year: int) -> tuple[float | None, str, dict[int, float]]:
    """Value, status and weights of one year, linear taper, everyone inside the ages."""
    if all(cell["status"] in ("outside_ages", "not_observed") for cell in cells.values()):
        return 0.0, "outside_ages", {}
    last = max(year for year, cell in cells.items() if cell["status"] in ("estimated", "no_use"))
    source, share = (year, 1.0) if year <= last else (last, (END - year) / (END - last))
    cell = cells[source]
    if cell["adjusted_difference"] is None:
        return None, cell["status"], {}
    kept = cell["status"] == "estimated" and (view == "all_estimates" or cell["is_significant"])
    status = cell["status"] if kept or cell["status"] != "estimated" else "set_to_zero"
    weights = {source: share} if kept and share > 0 else {}
    value = share * cell["adjusted_difference"] if kept else 0.0
    return value, "tapered" if year > last else status, weights


def _profile(tables: dict) -> None:
    profiles, weights = [], []
    for (group, consequence), part in tables["estimates"].group_by(
        "target_group", "consequence", maintain_order=True
    ):
        cells = {row["relative_year"]: row for row in part.to_dicts()}
        for view in ("soem_classic", "all_estimates"):
            for year in range(1, END + 1):
                value, status, found = _profile_year(cells, view, year)
                cell = {
                    "target_group": group,
                    "consequence": consequence,
                    "relative_year": year,
                    "view": view,
                }
                errors = [abs(weight) * cells[source]["standard_error"] for source, weight in found.items()]
                error = None if value is None else sum(errors)
                profiles.append(cell | {"value": value, "standard_error": error, "status": status})
                weights += [cell | {"from_relative_year": k, "weight": weight} for k, weight in found.items()]
    tables["profiles"] = make_frame("profiles", profiles)
    tables["profile_weights"] = make_frame("profile_weights", weights)


def _describe_group(group: str, population: str) -> dict:
    row = {
        "target_group": group,
        "name_da": f"Målgruppe {group}",
        "name_en": f"Target group {group}",
        "area": "vulnerable_adults" if population == "adults" else "children_youth",
        "population": population,
        "kind": "literature_only",
        "source": "Opdigtet",
    }
    if group == "stuttering":
        return row
    is_union = population == "children"
    return row | {
        "age_from": 0 if is_union else 18,
        "age_to": 5 if is_union else 65,
        "kind": "union" if is_union else "register_rule",
        "entry": "first" if is_union else "every_year",
        "basis_membership": "documented",
        "basis_success": "assumed",
        "membership_da": "Bruger af § 110-tilbud i år 0",
        "membership_en": "User of a section 110 shelter in year 0",
        "success_da": "Ikke længere bruger i år 1",
        "success_en": "No longer a user in year 1",
        "membership_sql": "SELECT 1",
        "success_sql": "SELECT 2",
        "union_of": "anxiety_depression, attention_disorders" if is_union else None,
        "limitations_da": "Bred gruppe",
        "limitations_en": "Broad group",
        "n_persons": 1200,
        "n_person_years": 1700,
        "n_success": 900,
        "n_others": 800,
        "definition_hash": "0123456789abcdef",
    }


def _describe(tables: dict) -> None:
    tables["target_groups"] = make_frame(
        "target_groups", [_describe_group(*group) for group in GROUPS.items()]
    )
    estimated = [group for group in GROUPS if group != "stuttering"]
    sexes = [("man", 0.75, 900, None), ("woman", 0.25, 300, None), ("unknown", None, None, None)]
    tables["target_group_characteristics"] = make_frame(
        "target_group_characteristics",
        [
            {"target_group": group, "characteristic": "sex", "category": name}
            | {"share": share, "n_persons": n, "mean": mean}
            for group in estimated
            for name, share, n, mean in sexes
        ],
    )
    steps = [("in_registers", 9000), ("meets_definition", 1200), ("died_in_year_1", None)]
    tables["attrition"] = make_frame(
        "attrition",
        [
            {"target_group": group, "step": step, "reason": reason, "n_persons": n, "n_person_years": n}
            for group in estimated
            for step, (reason, n) in enumerate(steps)
        ],
    )
    tables["consequences"] = make_frame(
        "consequences",
        [
            {"consequence": name, "name_da": f"Ydelse {name}", "name_en": f"Service {name}", "area": "health"}
            | {"unit_da": da, "unit_en": en, "population": population, "budget_sign": sign}
            | {"register": "dream", "source": "Opdigtet"}
            for name, (population, da, en, sign) in CONSEQUENCES.items()
        ],
    )
    tables["not_measured"] = make_frame(
        "not_measured",
        [
            {"service": "health_visitors", "name_da": "Sundhedspleje", "name_en": "Health visitors"}
            | {"reason_da": "Ingen data", "reason_en": "No data", "source": "Opdigtet"}
        ],
    )
    tables["diagnostics"] = make_frame(
        "diagnostics",
        [
            {"target_group": "mental_difficulties_0_5", "measure": "wald_heterogeneity", "value": 12.3}
            | {"consequence": "school_ordinary", "p_value": 0.01, "verdict": "heterogeneous"}
        ],
    )


def _price(tables: dict) -> None:
    shares = (0.5, 0.2, 0.3)
    tables["unit_prices"] = make_frame(
        "unit_prices",
        [
            {"consequence": name, "payer": payer, "target_group": group, "price_year": 2022}
            | {"price_dkk": 100.0 * share, "gross_dkk": 100.0, "rule": "none", "basis": "placeholder"}
            | {"method": "target_group_average" if group else "national_average", "source": "Opdigtet"}
            | {"valid_from": FROM}
            for name, group in [*((name, None) for name in CONSEQUENCES), ("shelter", "homeless")]
            for payer, share in zip(PAYERS, shares, strict=True)
        ],
    )
    tables["price_index"] = make_frame(
        "price_index",
        [{"year": year, "index": 50.0 + year - 2000, "source": "Opdigtet"} for year in range(2003, 2023)],
    )
    tables["discount_rates"] = make_frame(
        "discount_rates",
        [
            {"valid_from": FROM, "horizon_from": low, "horizon_to": high, "rate": rate, "source": "Opdigtet"}
            for low, high, rate in [(0, 35, 0.035), (36, 70, 0.025), (71, None, 0.015)]
        ],
    )
    tables["parameters"] = make_frame(
        "parameters",
        [
            {
                "parameter": "tax_rate_on_transfers",
                "value": 0.3,
                "unit": "share",
                "valid_from": FROM,
                "source": "Opdigtet",
            }
        ],
    )
    tables["effect_studies"] = make_frame(
        "effect_studies",
        [
            {"effect_study": "study_1", "target_group": "stuttering", "intervention": 'Forløb æøå, "citat"'}
            | {"intervention_type": "social", "country": "Danmark", "is_scandinavian": True, "design": "rct"}
            | {
                "effect_measure": "Trivsel",
                "direction": "higher_is_better",
                "n_intervention": 3,
                "n_control": 40,
            }
            | {"effect_size": 0.2, "effect_size_standard_error": 0.1, "is_significant": False}
            | {
                "time_horizon_months": 12.0,
                "quality": "Mellem",
                "reference": "Opdigtet (2020)",
                "is_synthetic": True,
            }
        ],
    )


def make_release_row(version: str = "2026.1-sample") -> pl.DataFrame:
    """Make the release table of a tiny release."""
    return make_frame(
        "release",
        [
            {"version": version, "contract": 1, "registers": "sample", "year_first": 2003, "year_last": 2022}
            | {"price_year": 2022, "code_commit": "abc", "data_version": "0" * 32}
            | {"caveat_da": "Opdigtede registre", "caveat_en": "Invented registers"}
            | {"significance_level": 0.05, "last_year_followed": 10, "last_year_of_profile": 20}
        ],
    )


def make_tiny_tables() -> dict[str, pl.DataFrame]:
    """Make every table the flow hands over for a release, as `REQUIRED_TABLES` names them."""
    tables: dict[str, pl.DataFrame] = {}
    _describe(tables)
    _estimate(tables)
    _profile(tables)
    _price(tables)
    add_audit_tables(tables)
    return tables
