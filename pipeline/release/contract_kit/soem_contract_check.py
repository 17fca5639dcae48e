"""Check that a release of SØM's knowledge database keeps its contract: what a reader of it may rely on.

    python soem_contract_check.py [RELEASE_DIR] [--checksums] [--json]

RELEASE_DIR is the folder this file lies in when left out. Needs Python 3.11 and duckdb, nothing else. Prints one line
a check, and below a check that fails everything it found; ends with 0 when all hold, else with 1. No value of a row is
printed, only counts. What is expected was written into this file by the release it lies in; copy it into your own
tests, and run it on the releases of that contract you read.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import duckdb

EXPECTED: dict = {}
MANIFEST, DATABASE = "manifest.json", "knowledge.duckdb"
FETCH = "fetch the release again; a release is never mended by hand"
MEND = "do not read this release; tell who published it"
COUNTED = {
    "keys": "no key occurs twice",
    "nulls": "nothing is missing that must be there",
    "closed_lists": "codes are those of their lists",
    "references": "target groups and consequences are known",
}
"""What is counted in every table, and what holds when the counts are 0."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where, what was found, what was expected, what to do."""

    where: str
    found: str
    expected: str
    do: str

    def __str__(self) -> str:
        """Tell it in four lines."""
        parts = (f"where:    {self.where}", f"found:    {self.found}")
        return "\n".join(
            f"        {part}" for part in (*parts, f"expected: {self.expected}", f"do this:  {self.do}")
        )


@dataclass(frozen=True)
class Check:
    """One check: what holds, how many things were looked at, what is wrong; or why it could not be made."""

    name: str
    says: str
    n_checked: int = 0
    problems: tuple[Problem, ...] = ()
    not_checked: str = ""

    @property
    def passed(self) -> bool:
        """Whether it was made and holds."""
        return not self.problems and not self.not_checked

    def __str__(self) -> str:
        """Tell it in one line, problems below."""
        verdict = "ok  " if self.passed else "FAIL" if self.problems else "-   "
        counted = (
            f"{self.n_checked:,} looked at" if not self.not_checked else f"not checked: {self.not_checked}"
        )
        return "\n".join([f"{verdict}  {self.name:<36} {self.says} ({counted})", *map(str, self.problems)])


@dataclass
class Report:
    """The checks made so far."""

    release: str
    checks: list[Check] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether every check was made and holds."""
        return all(check.passed for check in self.checks)

    def add(self, name: str, says: str, n_checked: int, problems: Iterator[Problem] | list[Problem]) -> bool:
        """Add a check; return whether it holds."""
        self.checks.append(Check(name, says, n_checked, tuple(problems)))
        return self.checks[-1].passed

    def to_json(self) -> dict:
        """Return the report as plain data."""
        checks = [asdict(check) | {"passed": check.passed} for check in self.checks]
        return {
            "release": self.release,
            "contract": EXPECTED["contract"],
            "passed": self.passed,
            "checks": checks,
        }


def check_release(folder: Path, *, with_checksums: bool = False) -> Report:
    """Check a release.

    Parameters
    ----------
    folder : Path
    with_checksums : bool
        Whether to read every file and compare it with the manifest.

    Returns
    -------
    Report
        Every check, whatever fails.
    """
    report = Report(folder.resolve().name)
    manifest = read_manifest(folder, report)
    if manifest is not None:
        if with_checksums:
            n_files = len(manifest["files"])
            report.add("checksums", "every file is as published", n_files, compare_files(folder, manifest))
        con = open_database(folder, report)
        if con is not None:
            with con:
                check_tables(con, manifest, report)
                check_rules(con, report)
    return report


def read_manifest(folder: Path, report: Report) -> dict | None:
    """Read the manifest; None where nothing else can be checked."""
    problems, manifest, known = [], {}, EXPECTED["contract"]
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        lacking = {"version", "contract", "registers", "tables", "files"} - set(manifest)
        problems += [
            Problem(MANIFEST, f"no {name}", "the manifest as published", FETCH) for name in sorted(lacking)
        ]
    except OSError:
        problems.append(
            Problem(MANIFEST, "no such file", "the folder of a release", "give the folder of a release")
        )
    except ValueError:
        problems.append(Problem(MANIFEST, "not readable as JSON", "the manifest as published", FETCH))
    if not report.add("manifest", "the manifest can be read", 1, problems):
        return None
    do = "use the soem_contract_check.py that lies in that release"
    other = Problem(MANIFEST, f"contract {manifest['contract']}", f"contract {known}", do)
    found = [] if manifest["contract"] == known else [other]
    return manifest if report.add("contract", f"the release keeps contract {known}", 1, found) else None


def compare_files(folder: Path, manifest: Mapping) -> Iterator[Problem]:
    """Compare every file with its checksum in the manifest."""
    for name, facts in manifest["files"].items():
        try:
            with (folder / name).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            yield Problem(name, "no such file", "every file of the manifest", FETCH)
            continue
        if found != facts["sha256"]:
            yield Problem(name, "another checksum", "the file as published", FETCH)


def open_database(folder: Path, report: Report) -> duckdb.DuckDBPyConnection | None:
    """Open the database for reading; None where it cannot be."""
    con, problems = None, []
    try:
        con = duckdb.connect(str(folder / DATABASE), read_only=True)
    except duckdb.Error:
        found = f"not readable by duckdb {duckdb.__version__}"
        do = "fetch the release again, or install a newer duckdb"
        problems.append(Problem(DATABASE, found, "the database as published", do))
    report.add("database", "the database can be read", 1, problems)
    return con


def check_tables(con: duckdb.DuckDBPyConnection, manifest: Mapping, report: Report) -> None:
    """Check tables, columns and types; then keys, nulls, closed lists and row counts of what is there."""
    query = "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal"
    there: dict[str, dict[str, str]] = {}
    for table, column, kind in con.execute(query).fetchall():
        there.setdefault(table, {})[column] = kind
    tables = EXPECTED["tables"]
    lacking = [name for name, table in tables.items() if name not in there and table["is_required"]]
    problems = [Problem(name, "no such table", "every table of the contract", MEND) for name in lacking]
    report.add("tables", "every table is there", len(tables), problems)
    columns = [
        (name, column, there[name].get(column), wanted, column in table["required"])
        for name, table in tables.items()
        if name in there
        for column, wanted in table["types"].items()
    ]
    problems = [
        Problem(f"{table}.{name}", "no such column", f"{name} {wanted}", MEND)
        for table, name, found, wanted, is_required in columns
        if found is None and is_required
    ]
    report.add("columns", "every column is there", len(columns), problems)
    problems = [
        Problem(f"{table}.{name}", found, wanted, MEND)
        for table, name, found, wanted, _ in columns
        if found not in (None, wanted)
    ]
    report.add("types", "every column has its type", len(columns), problems)
    for name, says in COUNTED.items():
        found = [
            Problem(where, f"{n:,} {counted}", expected, MEND) if n else None
            for table in tables
            for kind, where, source, counted, expected in list_counts(table, there)
            if kind == name
            for n in [count(con, source)]
        ]
        report.add(name, says, len(found), [problem for problem in found if problem])
    problems = list(compare_row_counts(con, there, manifest))
    report.add("rows", "tables have the rows the manifest tells", len(manifest["tables"]), problems)


def list_counts(name: str, there: Mapping[str, Mapping]) -> Iterator[tuple[str, str, str, str, str]]:
    """List of a table: kind of check, where, rows there must be none of, what they are, what is expected."""
    table, found = EXPECTED["tables"][name], there.get(name, {})
    key = ", ".join(f'"{column}"' for column in table["key"])
    if set(table["key"]) <= set(found):
        doubled = f"(SELECT 1 FROM {name} GROUP BY {key} HAVING count(*) > 1)"
        yield "keys", f"{name} ({key})", doubled, "keys more than once", "every key once"
    for column in (column for column in table["types"] if column in found):
        where = f"{name}.{column}"
        if column not in table["nullable"]:
            yield "nulls", where, f'{name} WHERE "{column}" IS NULL', "nulls", "no null"
        if column in table["allowed"]:
            codes = ", ".join(map(repr, table["allowed"][column]))
            yield "closed_lists", where, f'{name} WHERE "{column}" NOT IN ({codes})', "other codes", codes
        other = table["references"].get(column)
        if column in there.get(other, {}):
            unknown = f'{name} ANTI JOIN {other} USING ("{column}") WHERE "{column}" IS NOT NULL'
            yield "references", where, unknown, "rows with others", f"those of {other}"


def compare_row_counts(
    con: duckdb.DuckDBPyConnection, there: Mapping, manifest: Mapping
) -> Iterator[Problem]:
    """Compare the number of rows of every table with the manifest."""
    for name in there.keys() & manifest["tables"].keys():
        found, told = count(con, name), manifest["tables"][name]["rows"]
        if found != told:
            yield Problem(name, f"{found:,} rows", f"{told:,} rows", FETCH)


def check_rules(con: duckdb.DuckDBPyConnection, report: Report) -> None:
    """Check what must hold between columns and tables: a query with one row for each thing looked at."""
    for rule in EXPECTED["rules"]:
        try:
            failing = f"count(*) FILTER (WHERE NOT coalesce(holds, false)) FROM ({rule['sql']})"
            n, n_failed = con.execute(f"SELECT count(*), {failing}").fetchone()
        except duckdb.Error:
            why = "a table or column it needs is not as it should be"
            report.checks.append(Check(rule["name"], rule["says"], not_checked=why))
            continue
        problems = []
        if n_failed:
            found = f"{n_failed:,} of {n:,} do not hold"
            problems.append(Problem(rule["table"], found, rule["says"], MEND))
        elif not n and rule["needs_rows"]:
            problems.append(Problem(rule["table"], "nothing to look at", rule["says"], MEND))
        report.add(rule["name"], rule["says"], n, problems)


def count(con: duckdb.DuckDBPyConnection, source: str) -> int:
    """Count the rows of a table or query."""
    return con.execute(f"SELECT count(*) FROM {source}").fetchone()[0]


def main(arguments: list[str] | None = None) -> int:
    """Run the check from the command line; return 0 when the contract is kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "release", nargs="?", type=Path, default=Path(__file__).resolve().parent, metavar="RELEASE_DIR"
    )
    parser.add_argument("--checksums", action="store_true", help="compare every file with its checksum, too")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    options = parser.parse_args(arguments)
    if not EXPECTED:
        parser.error("this copy expects nothing yet: use the one that lies in a release")
    report = check_release(options.release, with_checksums=options.checksums)
    if options.json:
        print(json.dumps(report.to_json(), ensure_ascii=False, indent=1))
    else:
        print(*report.checks, sep="\n")
        n_kept = sum(check.passed for check in report.checks)
        print(f"{report.release}: {n_kept} of {len(report.checks)} checks hold")
    return 0 if report.passed else 1


if __name__ == "__main__":
    sys.exit(main())
