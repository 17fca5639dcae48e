"""Writing the contract check of a release: what is expected is taken from the models and the gate's rules.

Belongs here: which of them a reader may rely on, and the rules only a reader needs. Does not belong here: checking
(`soem_contract_check`, which knows nothing of this project and runs without it).
"""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.release.gate import all_rules
from pipeline.release.rules import VIEWS, Rule
from schemas.database import SQL_TYPES
from schemas.release_tables import CONTRACT, RELEASE_TABLES
from schemas.tables import Table

CONTRACT_CHECK = "soem_contract_check.py"
_SOURCE = Path(__file__).with_name(CONTRACT_CHECK)
_PLACE = "EXPECTED: dict = {}\n"
_QUOTES = "'''"

RULES_OF_THE_GATE = (
    *("one_release_row", "raw_is_difference_of_means", "raw_is_adjustment_plus_adjusted"),
    *("adjustment_is_sum_of_covariates", "estimated_cells_have_all_numbers", "withheld_cells_are_empty"),
    *("covariance_positions", "covariance_lengths", "covariance_diagonal"),
    *("weights_make_values", "weights_have_a_profile"),
    *("prices_of_all_payers", "payers_add_up_to_gross", "price_kind_agrees_with_group"),
    *("index_reaches_price_year", "discount_horizons_meet"),
)
"""The gate's rules that a reader relies on and that hold for every release of this contract."""

_VIEWS = ", ".join(f"('{view}')" for view in VIEWS)

READERS_RULES = (
    Rule(
        "release_row_has_contract",
        "release",
        f"Udgivelsens række siger kontrakt {CONTRACT}",
        f"The release's row says contract {CONTRACT}",
        f"SELECT contract = {CONTRACT} AS holds FROM release",
        needs_rows=True,
    ),
    Rule(
        "estimates_missing_as_status_says",
        "estimates",
        "Et estimat har forskel og fejl, er 0 uden fejl, eller er tomt, netop som status siger",
        "An estimate has difference and error, is 0 without error, or is null, exactly as its status says",
        """SELECT CASE
            WHEN status = 'estimated' THEN adjusted_difference IS NOT NULL AND standard_error IS NOT NULL
            WHEN status IN ('no_use', 'outside_ages') THEN adjusted_difference = 0 AND standard_error IS NULL
            ELSE adjusted_difference IS NULL AND standard_error IS NULL END AS holds
        FROM estimates""",
        needs_rows=True,
    ),
    Rule(
        "profiles_missing_as_status_says",
        "profiles",
        "En profils værdi er tom netop når året ikke er observeret, kan estimeres eller må vises",
        "A profile's value is null exactly when the year is not observed, not estimable or suppressed",
        """SELECT (value IS NULL) = (status IN ('not_observed', 'not_estimable', 'suppressed'))
            AND (standard_error IS NULL) = (value IS NULL) AS holds
        FROM profiles""",
        needs_rows=True,
    ),
    Rule(
        "profiles_cover_every_year",
        "profiles",
        "Hver estimeret målgruppe og konsekvens har i hver visning en profil i år 1, 2, … til profilernes slutning",
        "Every estimated group and consequence has, in every view, a profile in years 1, 2, … to the profiles' end",
        f"""SELECT coalesce(count(p.relative_year) = any_value(l.last_year) AND min(p.relative_year) = 1
            AND max(p.relative_year) = any_value(l.last_year), false) AS holds
        FROM (SELECT DISTINCT target_group, consequence FROM estimates) AS e
        CROSS JOIN (SELECT DISTINCT view FROM profiles UNION VALUES {_VIEWS}) AS v (view)
        CROSS JOIN (SELECT max(relative_year) AS last_year FROM profiles) AS l
        LEFT JOIN profiles AS p USING (target_group, consequence, view)
        GROUP BY e.target_group, e.consequence, v.view""",
        needs_rows=True,
    ),
)
"""What a reader relies on and the gate says in more words."""


def describe_contract() -> dict:
    """Describe the contract: tables with key, columns and types, and rules as queries.

    Returns
    -------
    dict
        As `soem_contract_check.EXPECTED`.
    """
    gate = {rule.name: rule for rule in all_rules()}
    rules = [*(gate[name] for name in RULES_OF_THE_GATE), *READERS_RULES]
    return {
        "contract": CONTRACT,
        "tables": {name: _describe_table(model) for name, model in RELEASE_TABLES.items()},
        "rules": [_describe_rule(rule) for rule in rules],
    }


def _describe_table(model: Table) -> dict:
    return {
        "is_required": not model.is_audit,
        "key": list(model.key),
        "required": list(model.required),
        "nullable": [name for name in model.column_names if name in model.nullable],
        "types": {column.name: SQL_TYPES[column.type] for column in model.columns},
        "references": model.references,
        "allowed": {column.name: list(column.allowed) for column in model.columns if column.allowed},
    }


def _describe_rule(rule: Rule) -> dict:
    return {"name": rule.name, "table": rule.table, "says": rule.en} | {
        "sql": " ".join(rule.sql.split()),
        "needs_rows": rule.needs_rows,
    }


def write_contract_check(folder: Path) -> Path:
    """Write the contract check into a release.

    Parameters
    ----------
    folder : Path
        The release.

    Returns
    -------
    Path
        `soem_contract_check.py`, with what is expected in it.
    """
    expected = describe_contract()
    tables = ",\n".join(f'  "{name}": {_dump(table)}' for name, table in expected["tables"].items())
    rules = ",\n".join(f"  {_dump(rule)}" for rule in expected["rules"])
    text = f'{{"contract": {expected["contract"]},\n "tables": {{\n{tables}}},\n "rules": [\n{rules}]}}'
    source = _SOURCE.read_text("utf-8")
    if source.count(_PLACE) != 1 or _QUOTES in text:
        raise AssertionError(f"{CONTRACT_CHECK} has no one place for what is expected")
    file = folder / CONTRACT_CHECK
    file.write_text(
        source.replace(_PLACE, f"EXPECTED: dict = json.loads(r{_QUOTES}{text}{_QUOTES})\n"), "utf-8"
    )
    return file


def _dump(part: dict) -> str:
    return json.dumps(part, ensure_ascii=False)
