"""Take the small fixed release of the golden files out of a published one: `python -m` with its folder.

Belongs here: which groups and consequences are kept. The result, `release/`, is committed and does not follow later
releases; take it again only when the contract changes, in a commit of its own.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import duckdb

FOLDER = Path(__file__).with_name("release")
VERSION = "2026.0-sample"
GROUPS = (
    *("adhd", "alcohol_and_hospital_contact", "alcohol_misuse", "anxiety_depression_6_13"),
    *("drug_misuse_no_substitution_18_25", "foster_care_6_13", "homeless"),
)
CONSEQUENCES = (
    *("cash_benefit", "disability_pension", "gp_contacts", "placement_institution", "prison_days"),
    *("psychiatric_bed_days", "psychiatric_outpatient_visits", "shelter", "special_school", "tax_employment"),
)
TABLES = {
    "release": "true",
    "target_groups": "target_group IN $groups",
    "consequences": "consequence IN $consequences",
    "not_measured": "true",
    "estimates": "target_group IN $groups AND consequence IN $consequences",
    "estimate_covariance": "false",
    "profiles": "target_group IN $groups AND consequence IN $consequences AND view = 'soem_classic'",
    "profile_weights": "false",
    "unit_prices": "consequence IN $consequences AND (target_group IS NULL OR target_group IN $groups)",
    "price_index": "true",
    "discount_rates": "true",
    "parameters": "true",
    "effect_studies": "false",
}


def take_release(release: Path) -> None:
    """Write schema and rows of a release's tables, cut to the groups and consequences kept."""
    FOLDER.mkdir(exist_ok=True)
    kept = {"groups": list(GROUPS), "consequences": list(CONSEQUENCES)}
    with duckdb.connect(str(release / "knowledge.duckdb"), read_only=True) as connection:
        statements = []
        for table, condition in TABLES.items():
            parameters = {name: value for name, value in kept.items() if f"${name}" in condition}
            where = condition.replace("IN $groups", "= ANY($groups)").replace(
                "IN $consequences", "= ANY($consequences)"
            )
            rows = connection.execute(f"SELECT * FROM {table} WHERE {where} ORDER BY ALL", parameters)
            _write_rows(rows, FOLDER / f"{table}.csv", table)
            columns = connection.execute(f"DESCRIBE {table}").fetchall()
            listed = ", ".join(f'"{name}" {kind}' for name, kind, *_ in columns)
            statements.append(f"CREATE TABLE {table} ({listed});")
    (FOLDER / "schema.sql").write_text("\n".join(statements) + "\n", encoding="utf-8")


def _write_rows(rows: duckdb.DuckDBPyConnection, path: Path, table: str) -> None:

    names = [column[0] for column in rows.description or []]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        for row in rows.fetchall():
            values = dict(zip(names, row, strict=True))
            if table == "release":
                values["version"] = VERSION
            if table == "unit_prices":
                values |= {name: "" for name in ("source", "derivation") if name in values}
            writer.writerow([_shorten(value) for value in values.values()])


def _shorten(value: object) -> object:
    """Keep six significant digits: enough, and readable."""
    return f"{value:.6g}" if isinstance(value, float) else value


if __name__ == "__main__":
    take_release(Path(sys.argv[1]))
