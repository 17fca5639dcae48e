"""The contract check holds on a release, expects what the models say, and names each kind of damage."""

from __future__ import annotations

import ast
import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import duckdb
import pytest

from pipeline.release.contract_kit.write_contract_check import CONTRACT_CHECK, describe_contract
from schemas.database import SQL_TYPES
from schemas.release_tables import CONTRACT, RELEASE_TABLES, REQUIRED_TABLES

pytestmark = pytest.mark.xdist_group("release")


@pytest.fixture
def copy(release, tmp_path) -> Path:
    """What the check reads of a release, to be harmed."""
    folder = tmp_path / release.name
    folder.mkdir()
    for name in ("manifest.json", "knowledge.duckdb", CONTRACT_CHECK):
        shutil.copyfile(release / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def kit(release) -> ModuleType:
    """The check as a front end's own tests would import it."""
    spec = importlib.util.spec_from_file_location("kit", release / CONTRACT_CHECK)
    module = importlib.util.module_from_spec(spec)
    sys.modules["kit"] = module
    spec.loader.exec_module(module)
    return module


def run(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess:
    command = [sys.executable, "-I", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def harm(folder: Path, *statements: str) -> None:
    """Change the database; the tables named first are written anew without their keys, which would refuse it."""
    with duckdb.connect(str(folder / "knowledge.duckdb")) as con:
        for statement in statements:
            if statement in RELEASE_TABLES:
                statement = f"CREATE OR REPLACE TABLE {statement} AS SELECT * FROM {statement}"
            con.execute(statement)


def failures(kit: ModuleType, folder: Path) -> dict[str, str]:
    """Return what fails, by check: places and what was found."""
    report = kit.check_release(folder)
    assert not report.passed
    return {
        check.name: "; ".join(f"{problem.where}: {problem.found}" for problem in check.problems)
        for check in report.checks
        if check.problems
    }


def test_a_release_keeps_its_contract(release, tmp_path):
    done = run(release / CONTRACT_CHECK, "--checksums", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert all(line.startswith("ok ") for line in lines[:-1])
    assert lines[-1] == f"2026.1-sample: {len(lines) - 1} of {len(lines) - 1} checks hold"


def test_the_result_can_be_read_as_json(release, tmp_path):
    done = run(release / CONTRACT_CHECK, release, "--json", cwd=tmp_path)
    told = json.loads(done.stdout)
    assert (told["release"], told["contract"], told["passed"]) == ("2026.1-sample", CONTRACT, True)
    assert all(check["passed"] and check["n_checked"] for check in told["checks"])


def test_it_needs_duckdb_and_nothing_else(release):
    tree = ast.parse((release / CONTRACT_CHECK).read_text("utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in names} - sys.stdlib_module_names == {"duckdb"}


def test_it_expects_what_the_models_say(kit):
    assert describe_contract() == kit.EXPECTED
    assert kit.EXPECTED["contract"] == CONTRACT
    tables = kit.EXPECTED["tables"]
    assert set(tables) == set(RELEASE_TABLES)
    must = {name for name, table in tables.items() if table["is_required"]}
    assert must == {name for name in (*REQUIRED_TABLES, "release") if not RELEASE_TABLES[name].is_audit}
    for name, model in RELEASE_TABLES.items():
        table = tables[name]
        assert tuple(table["required"]) == model.required and tuple(table["key"]) == model.key
        assert table["types"] == {column.name: SQL_TYPES[column.type] for column in model.columns}
        assert set(table["nullable"]) == model.nullable and table["references"] == model.references
    assert tables["unit_prices"]["allowed"]["payer"] == ["municipality", "region", "state"]


DAMAGE = {
    "a table is gone": (["DROP TABLE diagnostics"], "tables", "diagnostics: no such table"),
    "a column is gone": (
        ["ALTER TABLE diagnostics DROP COLUMN verdict"],
        "columns",
        "diagnostics.verdict: no such column",
    ),
    "another type": (
        ["ALTER TABLE diagnostics ALTER COLUMN value SET DATA TYPE VARCHAR"],
        "types",
        "diagnostics.value: VARCHAR",
    ),
    "a key twice": (
        ["profiles", "INSERT INTO profiles SELECT * FROM profiles WHERE relative_year = 3 LIMIT 2"],
        "keys",
        'profiles ("target_group", "consequence", "relative_year", "view"): 2 keys more than once',
    ),
    "a key with a null twice": (
        ["INSERT INTO unit_prices SELECT * FROM unit_prices WHERE target_group IS NULL LIMIT 1"],
        "keys",
        "1 keys more than once",
    ),
    "a null where none may be": (
        [
            "estimates",
            "UPDATE estimates SET status = NULL WHERE relative_year = 1 AND consequence = 'shelter'",
        ],
        "nulls",
        "estimates.status: 1 nulls",
    ),
    "an unknown status": (
        ["UPDATE estimates SET status = 'guessed' WHERE relative_year = 1 AND consequence = 'shelter'"],
        "closed_lists",
        "estimates.status: 1 other codes",
    ),
    "an unknown payer": (
        ["UPDATE unit_prices SET payer = 'parish' WHERE payer = 'region' AND consequence = 'cash_benefit'"],
        "closed_lists",
        "unit_prices.payer: 1 other codes",
    ),
    "an unknown view": (
        [
            "profiles",
            "UPDATE profiles SET view = 'smooth' WHERE view = 'all_estimates' AND relative_year = 2",
        ],
        "closed_lists",
        "profiles.view:",
    ),
    "an unknown group": (
        ["UPDATE effect_studies SET target_group = 'others'"],
        "references",
        "effect_studies.target_group: 1 rows with others",
    ),
    "rows are gone": (["DELETE FROM price_index WHERE year < 2005"], "rows", "price_index: 18 rows"),
    "a year of a profile is gone": (
        [
            "DELETE FROM profiles WHERE relative_year = 7 AND view = 'soem_classic' AND consequence = 'shelter'"
        ],
        "profiles_cover_every_year",
        "profiles: 1 of 10 do not hold",
    ),
    "a view is gone": (
        ["DELETE FROM profiles WHERE view = 'all_estimates'"],
        "profiles_cover_every_year",
        "profiles: 5 of 10 do not hold",
    ),
    "a value is missing": (
        ["UPDATE profiles SET value = NULL WHERE status = 'tapered' AND consequence = 'shelter'"],
        "profiles_missing_as_status_says",
        "profiles:",
    ),
    "missing became zero": (
        ["UPDATE profiles SET value = 0, standard_error = 0 WHERE status = 'not_estimable'"],
        "profiles_missing_as_status_says",
        "profiles:",
    ),
    "a withheld estimate is shown": (
        ["UPDATE estimates SET adjusted_difference = 1.5 WHERE status = 'not_estimable'"],
        "estimates_missing_as_status_says",
        "estimates: 1 of 50 do not hold",
    ),
    "a weight is off": (
        ["UPDATE profile_weights SET weight = weight * 1.001 WHERE relative_year = 12"],
        "weights_make_values",
        "profile_weights:",
    ),
    "an error is off": (
        ["UPDATE estimates SET standard_error = standard_error * 1.001 WHERE relative_year = 2"],
        "covariance_diagonal",
        "estimate_covariance: 4 of",
    ),
    "prices do not add up": (
        [
            "UPDATE unit_prices SET price_dkk = price_dkk + 0.01 WHERE payer = 'state' AND target_group IS NULL"
        ],
        "payers_add_up_to_gross",
        "unit_prices: 4 of 5 do not hold",
    ),
    "a payer is gone": (
        ["DELETE FROM unit_prices WHERE payer = 'region' AND consequence = 'shelter'"],
        "payers_add_up_to_gross",
        "unit_prices: 2 of 5 do not hold",
    ),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_each_kind_of_damage_is_named(copy, kit, name):
    statements, check, told = DAMAGE[name]
    harm(copy, *statements)
    assert told in failures(kit, copy)[check]


def test_all_damage_is_told_at_once_in_four_parts_and_without_a_row(copy, tmp_path):
    for statements, _, _ in (
        DAMAGE["a column is gone"],
        DAMAGE["an unknown status"],
        DAMAGE["a weight is off"],
    ):
        harm(copy, *statements)
    harm(copy, "estimates", "ALTER TABLE estimates DROP COLUMN raw_difference")
    done = run(copy / CONTRACT_CHECK, cwd=tmp_path)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr and "guessed" not in done.stdout
    for part in (
        "FAIL  columns",
        "FAIL  closed_lists",
        "FAIL  weights_make_values",
        "-     raw_is_difference",
    ):
        assert part in done.stdout
    for part in ("where:    diagnostics.verdict", "found:    no such column", "expected: ", "do this:  "):
        assert part in done.stdout


def test_another_contract_ends_the_check_and_says_which_to_use(copy, kit):
    manifest = json.loads((copy / "manifest.json").read_text("utf-8"))
    (copy / "manifest.json").write_text(json.dumps(manifest | {"contract": CONTRACT + 1}), "utf-8")
    report = kit.check_release(copy)
    assert [check.passed for check in report.checks] == [True, False]
    assert "that release" in report.checks[-1].problems[0].do


def test_changed_and_missing_files_are_found_when_asked(release, kit, tmp_path):
    copy = shutil.copytree(release, tmp_path / release.name)
    (copy / "csv" / "release.csv").unlink()
    (copy / "README.md").write_text("mine", "utf-8")
    assert kit.check_release(copy).passed
    report = kit.check_release(copy, with_checksums=True)
    found = {problem.where: problem.found for check in report.checks for problem in check.problems}
    assert found == {"csv/release.csv": "no such file", "README.md": "another checksum"}


def test_what_is_no_release_is_told_without_a_traceback(copy, kit, tmp_path):
    assert failures(kit, tmp_path / "nowhere") == {"manifest": "manifest.json: no such file"}
    (copy / "knowledge.duckdb").write_bytes(b"no database" * 1000)
    assert "not readable by duckdb" in failures(kit, copy)["database"]
    (copy / "manifest.json").write_text('{"version": "2026.1"}', "utf-8")
    assert failures(kit, copy)["manifest"].count("manifest.json: no ") == 4
    (copy / "manifest.json").write_text("{", "utf-8")
    assert failures(kit, copy) == {"manifest": "manifest.json: not readable as JSON"}


def test_the_source_alone_says_where_to_find_it(tmp_path):
    source = (
        Path(importlib.util.find_spec("pipeline").origin).parent / "release" / "contract_kit" / CONTRACT_CHECK
    )
    done = run(source, cwd=tmp_path)
    assert done.returncode == 2 and "use the one that lies in a release" in done.stderr
