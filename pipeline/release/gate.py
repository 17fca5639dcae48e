"""The publication gate: every rule a release must keep, run with Great Expectations, told in counts.

Belongs here: running the expectations generated from `schemas` and the rules over several tables, and their
result. Does not belong here: the rules (`rules_of_*`), pages (`pages`), assembling a release (`assemble`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import duckdb
import polars as pl

from pipeline.failures import GateError
from pipeline.release.covariance import check_covariances
from pipeline.release.coverage import Waiver, compare_coverage, read_waivers
from pipeline.release.great_expectations_run import ExpectationRunner, Outcome
from pipeline.release.made_at_publication import make_empty_table
from pipeline.release.rules import Rule
from pipeline.release.rules_of_changes import CHANGE_RULES
from pipeline.release.rules_of_estimates import ESTIMATE_RULES
from pipeline.release.rules_of_knowledge import (
    OTHER_RULES,
    PRICE_RULES,
    make_floor_rules,
    make_reference_rules,
    make_text_rules,
)
from pipeline.release.rules_of_passports import PASSPORT_RULES
from pipeline.release.rules_of_profiles import PROFILE_RULES
from schemas.checks import check_table, conform_table
from schemas.expectations import Expectation, expect_of_table
from schemas.release_tables import RELEASE_TABLES, REQUIRED_TABLES


@dataclass(frozen=True)
class GateCheck:
    """One check of the gate: what holds, in how many rows it was looked for, in how many it does not."""

    name: str
    table: str
    kind: str
    da: str
    en: str
    passed: bool
    n_checked: int
    n_failed: int
    error: str = ""


@dataclass(frozen=True)
class GateResult:
    """What the gate said.

    Attributes
    ----------
    checks : tuple of GateCheck
    row_counts : dict of str to int
    waivers : tuple of Waiver
        Those that were needed.
    previous : str or None
        Version of the release coverage was compared with.
    engine : str
        What ran the checks.
    """

    checks: tuple[GateCheck, ...]
    row_counts: dict[str, int] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()
    previous: str | None = None
    engine: str = ""

    @property
    def passed(self) -> bool:
        """Whether every check holds."""
        return all(check.passed for check in self.checks)

    @property
    def failures(self) -> tuple[GateCheck, ...]:
        """The checks that do not hold."""
        return tuple(check for check in self.checks if not check.passed)

    def to_json(self) -> dict:
        """Return the result as plain data: counts, never a row."""
        return {
            "passed": self.passed,
            "n_checks": len(self.checks),
            "n_failures": len(self.failures),
        } | asdict(self)

    def raise_if_failed(self) -> None:
        """Raise when a check does not hold.

        Raises
        ------
        GateError
            With every check that failed.
        """
        if not self.passed:
            raise GateError(self)


def run_gate(
    tables: Mapping[str, pl.DataFrame], *, previous: Path | None = None, waivers: Path | None = None
) -> GateResult:
    """Run every check of the publication gate on the tables of a release.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        `REQUIRED_TABLES` and `release`; `declaration_history` and `changes` may be there.
    previous : Path, optional
        Folder of the release before, whose coverage must be kept.
    waivers : Path, optional
        TOML file of declared waivers of coverage.

    Returns
    -------
    GateResult
        Check `passed`, or call `raise_if_failed`.

    Raises
    ------
    InputError
        When the waivers cannot be read.
    """
    declared = read_waivers(waivers)
    shapes = list(_check_shapes(tables))
    counts = {name: frame.height for name, frame in tables.items()}
    if not all(check.passed for check in shapes):
        return GateResult(tuple(shapes), counts)
    conformed = {name: conform_table(name, frame) for name, frame in tables.items()}
    runner = ExpectationRunner()
    checks = shapes + list(_check_models(runner, conformed))
    connection = register_tables(conformed)
    try:
        rules, used = _evaluate_all(connection, conformed["estimate_covariance"], previous, declared)
    finally:
        connection.close()
    checks += _check_rules(runner, rules)
    version = previous.name if previous is not None else None
    return GateResult(tuple(checks), counts, used, version, f"Great Expectations {runner.version}")


def _check_shapes(tables: Mapping[str, pl.DataFrame]) -> Iterator[GateCheck]:
    """Check names and types first: without them no other check can be run."""
    for name in (*REQUIRED_TABLES, "release"):
        da, en = f"Tabellen {name} er med", f"The table {name} is there"
        yield GateCheck("table_present", name, "table", da, en, name in tables, 1, int(name not in tables))
    for name, frame in tables.items():
        if name not in RELEASE_TABLES:
            da, en = f"{name} hører til kontrakten", f"{name} is a table of the contract"
            yield GateCheck("table_known", name, "table", da, en, False, 1, 1)
            continue
        result = check_table(name, frame)
        bad = [failure for failure in result.failures if failure.n_rows == 0]
        da, en = "Kolonner og typer er kontraktens", "Columns and types are those of the contract"
        told = "; ".join(f"{failure.column}: {failure.check}" for failure in bad)
        yield GateCheck(
            "columns_and_types", name, "table", da, en, not bad, len(frame.columns), len(bad), told
        )


def _check_models(runner: ExpectationRunner, tables: Mapping[str, pl.DataFrame]) -> Iterator[GateCheck]:
    for name, frame in tables.items():
        model = RELEASE_TABLES[name]
        plain = frame.drop([column.name for column in model.columns if column.is_list])
        expectations = expect_of_table(model)
        for expected, outcome in zip(expectations, runner.run(name, plain, expectations), strict=True):
            short = expected.type.removeprefix("ExpectColumnValuesTo").removeprefix("Expect")
            yield _make_check(
                f"{short}:{expected.column or 'table'}", name, "model", expected.da, expected.en, outcome
            )


def all_rules() -> tuple[Rule, ...]:
    """Return every rule that is a query, in the order they are read."""
    generated = (*make_reference_rules(), *make_text_rules(), *make_floor_rules())
    written = (*ESTIMATE_RULES, *PROFILE_RULES, *PRICE_RULES, *PASSPORT_RULES, *OTHER_RULES, *CHANGE_RULES)
    return (*written, *generated)


def register_tables(tables: Mapping[str, pl.DataFrame]) -> duckdb.DuckDBPyConnection:
    """Open a database in memory that sees the tables by name, `changes` also where none was looked for; close it."""
    connection = duckdb.connect()
    for name, frame in {"changes": make_empty_table("changes"), **tables}.items():
        connection.register(name, frame.to_arrow())
    return connection


def evaluate_rule(connection: duckdb.DuckDBPyConnection, rule: Rule) -> pl.DataFrame:
    """Evaluate a rule.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Sees the release tables.
    rule : Rule

    Returns
    -------
    polars.DataFrame
        One row for each thing looked at, with `holds`; what is unknown does not hold.
    """
    return connection.sql(f"SELECT coalesce(holds, false) AS holds FROM ({rule.sql})").pl()


@dataclass(frozen=True)
class _Evaluated:
    """A rule as evaluated: one row for each thing looked at."""

    name: str
    table: str
    da: str
    en: str
    holds: pl.Series
    needs_rows: bool


def _evaluate_all(
    connection: duckdb.DuckDBPyConnection,
    covariances: pl.DataFrame,
    previous: Path | None,
    waivers: tuple[Waiver, ...],
) -> tuple[list[_Evaluated], tuple[Waiver, ...]]:
    """Evaluate the rules in SQL, the covariance matrices and, with a release before, the coverage."""
    found = [
        _Evaluated(r.name, r.table, r.da, r.en, evaluate_rule(connection, r)["holds"], r.needs_rows)
        for r in all_rules()
    ]
    da = "Målgruppens kovariansmatrix er positivt semidefinit"
    en = "The covariance matrix of a target group is positive semidefinite"
    holds = check_covariances(covariances)["holds"]
    found.append(_Evaluated("covariance_semidefinite", "estimate_covariance", da, en, holds, False))
    if previous is None:
        return found, ()
    frame, used = compare_coverage(connection, previous, waivers)
    da = f"Intet er dækket mindre end i {previous.name} uden en erklæret grund"
    en = f"Nothing is covered less than in {previous.name} without a declared reason"
    found.append(_Evaluated("coverage_kept", "estimates", da, en, frame["holds"], True))
    return found, used


def _check_rules(runner: ExpectationRunner, rules: list[_Evaluated]) -> Iterator[GateCheck]:
    """Hand all rules to Great Expectations as one frame: a column a rule, 1 where it holds, null below its rows."""
    height = max(rule.holds.len() for rule in rules)
    columns = [
        rule.holds.cast(pl.UInt8).extend_constant(None, height - rule.holds.len()).alias(rule.name)
        for rule in rules
    ]
    wanted = [
        Expectation("ExpectColumnValuesToBeInSet", {"column": rule.name, "value_set": [1]}, rule.da, rule.en)
        for rule in rules
    ]
    for rule, outcome in zip(rules, runner.run("rules", pl.DataFrame(columns), wanted), strict=True):
        if rule.needs_rows and rule.holds.is_empty():
            outcome = Outcome(False, 0, 0, "nothing to look at")
        yield _make_check(rule.name, rule.table, "rule", rule.da, rule.en, outcome)


def _make_check(name: str, table: str, kind: str, da: str, en: str, outcome: Outcome) -> GateCheck:
    return GateCheck(
        name, table, kind, da, en, outcome.passed, outcome.n_checked, outcome.n_failed, outcome.error
    )
