"""The command `soem-engine`, and the course cases it ships with."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from soem_engine import calculate, format_result, load_intervention, open_release
from soem_engine.cli import find_newest_release, main

Tables = dict[str, tuple[str, list[tuple[Any, ...]]]]
MakeRelease = Callable[[Callable[[Tables], None]], Path]

FOLDER = Path(__file__).parents[1] / "examples"
COURSE_CASES = ("icm_homeless", "joint_plan_alcohol_psychiatry", "school_support_anxiety_depression")
EXAMPLES = [FOLDER / f"{name}.toml" for name in COURSE_CASES]
GROUPS = ("homeless", "alcohol_and_hospital_contact", "anxiety_depression_6_13")


def _add_course_groups(tables: Tables) -> None:
    """Give the course cases' groups the tiny release's numbers for adults."""
    for name, (columns, rows) in tables.items():
        if not columns.startswith("target_group "):
            continue
        copies = [(group, *row[1:]) for group in GROUPS for row in rows if row[0] == "adults"]
        tables[name] = (columns, rows + copies)


@pytest.fixture
def course_release(make_release: MakeRelease) -> Path:
    return make_release(_add_course_groups)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_course_cases_run_and_print_what_is_assumed(path: Path, course_release: Path) -> None:
    with open_release(course_release) as release:
        result = calculate(release, load_intervention(path, release))
    assumed = result.intervention.assumed
    assert {"costs", "target_groups.net_success_share"} <= {entry.input for entry in assumed}
    for language in ("da", "en"):
        page = " ".join(format_result(result, language).split())
        assert all(" ".join(entry.why.split()) in page for entry in assumed)
    exported = json.loads(result.to_json())["intervention"]["assumed"]
    assert [entry["why"] for entry in exported] == [entry.why for entry in assumed]


def test_course_cases_keep_what_the_course_prints() -> None:
    school = tomllib.loads(next(p for p in EXAMPLES if "school" in p.stem).read_text(encoding="utf-8"))
    assert sum(school["target_groups"][0]["participants"].values()) == 15
    assert len(school["target_groups"][0]["participants"]) == 1
    icm = tomllib.loads(next(p for p in EXAMPLES if "icm" in p.stem).read_text(encoding="utf-8"))
    assert any(cost.get("saved_alternative") for cost in icm["costs"])


def test_run_prints_danish_tables(course_release: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(EXAMPLES[0]), "--release", str(course_release)]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("SØM-beregning: Intensive Case Management") and printed.err == ""
    assert "Nettonutidsværdi" in printed.out


def test_run_in_english_and_as_json(course_release: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(EXAMPLES[1]), "--release", str(course_release), "--lang", "en"]) == 0
    assert "Net present value" in capsys.readouterr().out
    assert main(["run", str(EXAMPLES[1]), "--release", str(course_release), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["release"]["version"] == "2030.1-sample"


def test_the_example_plan_is_combined(course_release: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = FOLDER / "plan_homeless_and_psychiatry.toml"
    assert main(["combine", str(plan), "--release", str(course_release)]) == 0
    assert "Trukket fra, talt dobbelt" in capsys.readouterr().out


def _add_areas(tables: Tables) -> None:
    """Add a consequence in every area the example structure names."""
    _add_course_groups(tables)
    columns, rows = tables["consequences"]
    areas = tomllib.loads((FOLDER / "committees.toml").read_text(encoding="utf-8"))["areas"]
    new = [(f"in_{area}", area, area, area, "dage", "days", 1) for area in areas]
    new.append(("alcohol_treatment", "Behandling", "Treatment", "social_services", "dage", "days", 1))
    tables["consequences"] = (columns, rows + new)


def test_the_example_structure_is_used_by_name(make_release: MakeRelease, tmp_path: Path) -> None:
    shutil.copy(FOLDER / "committees.toml", tmp_path)
    text = EXAMPLES[0].read_text(encoding="utf-8")
    (tmp_path / "icm.toml").write_text('committees = "committees.toml"\n' + text, encoding="utf-8")
    with open_release(make_release(_add_areas)) as release:
        result = calculate(release, load_intervention(tmp_path / "icm.toml", release))
    assert "Socialudvalget" in result.committees
    assert float(result.net_by_committee_pv_dkk.sum()) == result.net_present_value_by_payer[0]


def test_bad_input_ends_with_code_1_and_no_traceback(course_release: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text('name = "Prøve"\nhorizont = 3\n', encoding="utf-8")
    command = [sys.executable, "-m", "soem_engine.cli", "run", str(bad), "--release", str(course_release)]
    ended = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert ended.returncode == 1 and ended.stdout == ""
    assert "Traceback" not in ended.stderr and "mente du horizon_years?" in ended.stderr


@pytest.mark.parametrize("arguments", [[], ["calculate"], ["run"], ["run", "x.toml", "--lang", "de"]])
def test_a_wrong_command_ends_with_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    capsys.readouterr()


def test_problems_of_both_files_compared_come_at_once(
    course_release: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("ny", "gammel"):
        text = EXAMPLES[0].read_text(encoding="utf-8").replace("horizon_years", f"horizon_{name}")
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    files = [str(tmp_path / "ny.toml"), str(tmp_path / "gammel.toml")]
    assert main(["compare", *files, "--release", str(course_release)]) == 1
    told = capsys.readouterr().err
    assert "ny.toml: horizon_ny" in told and "gammel.toml: horizon_gammel" in told


def test_a_negative_seed_is_a_wrong_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["montecarlo", "x.toml", "--seed", "-1"])
    assert ended.value.code == 2 and "mindst 0" in capsys.readouterr().err


@pytest.mark.parametrize(("language", "foreign"), [("da", "The value"), ("en", "Værdien")])
def test_the_value_of_a_success_keeps_to_one_language(
    language: str, foreign: str, release_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["value", "adults", "--release", str(release_folder), "--lang", language]) == 0
    assert foreign not in capsys.readouterr().out


def test_the_newest_release_is_the_default(
    course_release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["run", str(EXAMPLES[0])]) == 1
    assert "--release" in capsys.readouterr().err
    releases = tmp_path / "outputs" / "releases"
    for name in ("2026.2-sample", "2026.10-sample", "2025.11", ".2027.1", "2026.9"):
        shutil.copytree(course_release, releases / name)
    assert find_newest_release(releases).name == "2026.10-sample"
    (releases / "2027.1").mkdir()
    assert find_newest_release(releases).name == "2026.10-sample"
    assert main(["run", str(EXAMPLES[0])]) == 0


def test_the_example_of_the_readme_runs(course_release: Path, tmp_path: Path) -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    example = tmp_path / "indsats.toml"
    example.write_text(readme.split("```toml")[1].split("```")[0], encoding="utf-8")
    with open_release(course_release) as release:
        assert calculate(release, load_intervention(example, release)).n_participants == 40
