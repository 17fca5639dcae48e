"""The truth file is up to date, complete, and made without the pipeline, the estimator and any register file."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import sample_registers
from sample_registers.draw import draw_parts
from sample_registers.membership import list_members
from sample_registers.panel import build_panel, is_child_group, list_group_quantities, open_part
from sample_registers.provenance import CODE_FILES, PARAMETER_FILES, hash_generator
from sample_registers.regression_sums import GroupSums, solve_group
from sample_registers.truth import average_draws, read_about, read_truth

FOLDER = Path(sample_registers.__file__).parent
REPOSITORY = FOLDER.parent


@pytest.fixture(scope="module")
def truth():
    return read_truth()


def copy_generator(folder: Path) -> Path:
    for name in (*CODE_FILES, *PARAMETER_FILES):
        shutil.copy(FOLDER / name, folder / name)
    return folder


def test_truth_file_belongs_to_this_generator():
    assert read_about()["generator_hash"] == hash_generator()
    assert read_about()["draws"] >= 50


def test_a_changed_parameter_makes_the_truth_file_stale(tmp_path):
    folder = copy_generator(tmp_path)
    assert hash_generator(folder) == hash_generator()
    text = (folder / "planted.toml").read_text(encoding="utf-8")
    (folder / "planted.toml").write_text(text.replace("lag_fade = 0.92", "lag_fade = 0.93"), encoding="utf-8")
    assert hash_generator(folder) != hash_generator()


def test_changed_code_makes_the_truth_file_stale_but_a_comment_does_not(tmp_path):
    folder = copy_generator(tmp_path)
    text = (folder / "process.py").read_text(encoding="utf-8")
    (folder / "process.py").write_text(text + "\n# a remark\n", encoding="utf-8")
    assert hash_generator(folder) == hash_generator()
    (folder / "process.py").write_text(text.replace("* lag", "* 2 * lag", 1), encoding="utf-8")
    assert hash_generator(folder) != hash_generator()


def test_every_module_the_truth_is_computed_by_is_in_the_hash():
    code = (
        "import sys, sample_registers.truth;"
        "print(*sorted(m.split('.')[1] for m in sys.modules if m.startswith('sample_registers.')))"
    )
    loaded = run_python(code).split()
    assert set(loaded) - {"truth", "provenance"} == {name.removesuffix(".py") for name in CODE_FILES}


def run_python(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, check=True, capture_output=True, text=True
    ).stdout.strip()


def test_the_generator_imports_neither_pipeline_nor_estimation():
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            tops = {name.split(".")[0] for name in names}
            assert not tops & {"pipeline", "estimation", "calculation_engine", "soem_engine"}, path.name


def test_truth_loads_nothing_that_could_read_a_register_and_opens_no_such_file():
    code = """
import sys
opened = []
def watch(event, args):
    if event == "open" and isinstance(args[0], str):
        opened.append(args[0])
sys.addaudithook(watch)
from sample_registers.truth import regress_draw
regress_draw(1, persons=1_500)
bad = {"pipeline", "estimation", "polars", "duckdb", "pyarrow", "pandas"} & set(sys.modules)
files = [name for name in opened if name.endswith((".parquet", ".csv", ".sas7bdat"))]
rendering = [name for name in sys.modules if name.startswith("sample_registers.registers")]
print(len(bad) + len(files) + len(rendering), any(name.endswith("planted.toml") for name in opened))
"""
    assert run_python(code) == "0 True"


def test_every_group_consequence_and_year_has_a_row(truth):
    groups = dict.fromkeys(key for key, _, _ in truth.key)
    assert len(groups) == 44
    expected = [(g, q.key, t) for g in groups for q in list_group_quantities(g) for t in range(1, 11)]
    assert truth.key == expected
    assert {len(list_group_quantities(g)) for g in groups if is_child_group(g)} == {39}
    assert {len(list_group_quantities(g)) for g in groups if not is_child_group(g)} == {30}
    assert len({q.key for g in groups for q in list_group_quantities(g)}) == 47


def test_truth_is_known_well_and_raw_differences_are_not_it(truth):
    used = (truth.fewest_users >= 20) & (truth.n_draws == read_about()["draws"])
    assert used.sum() > 5_000
    assert np.isfinite(truth.adjusted[used]).all() and (truth.adjusted_error[used] > 0).all()
    error_of_one_draw = truth.adjusted_error[used] * np.sqrt(truth.n_draws[used])
    away = abs(truth.raw[used] - truth.adjusted[used]) / error_of_one_draw
    assert (away > 1).mean() > 0.10
    assert (abs(truth.adjusted[used]) / truth.adjusted_error[used] > 4).mean() > 0.15


def test_difference_of_success_in_its_own_rule_is_certain(truth):
    at = truth.key.index(("homeless", "shelter", 1))
    assert truth.adjusted[at] < -20 and truth.adjusted_error[at] < 1


def test_sums_give_the_same_as_rows():
    """One cell of each of two groups by `numpy.linalg.lstsq` on all rows at once."""
    latent = next(draw_parts(9_000, seed=21))
    part = open_part(latent)
    for group in ("homeless", "foster_care_6_13"):
        panel = build_panel(part, group, list_members(latent)[group])
        sums = GroupSums()
        sums.add(panel)
        found = solve_group(sums)
        for key, t in (
            ("gp_contacts", 2),
            ("tax_employment", 3),
            ("cash_benefit", 1),
            ("alcohol_treatment", 4),
        ):
            c = [q.key for q in panel.quantities].index(key)
            rows = panel.resident[:, t] & panel.covered[panel.quantities[c].register][:, t]
            design = np.column_stack([panel.success, panel.use[c, :, 0], *panel.covariates.values()])[rows]
            slope = np.linalg.lstsq(design, panel.use[c, rows, t], rcond=None)[0][0]
            if design[:, 1].any() or panel.use[c, rows, t].any():
                assert found.adjusted[c, t - 1] == pytest.approx(slope, rel=1e-6, abs=1e-6), (group, key)
            assert found.n_rows[c, t - 1] == rows.sum()


@pytest.mark.slow
def test_parts_add_up_to_the_whole():
    sums, halves = GroupSums(), [GroupSums(), GroupSums()]
    for k, latent in enumerate(draw_parts(36_000, seed=22)):
        panel = build_panel(open_part(latent), "homeless", list_members(latent)["homeless"])
        sums.add(panel)
        halves[k].add(panel)
    both = {cell: halves[0].cells[cell] + halves[1].cells[cell] for cell in halves[0].cells}
    again = solve_group(GroupSums(sums.quantities, both))
    np.testing.assert_allclose(again.adjusted, solve_group(sums).adjusted, rtol=1e-9)


def test_average_leaves_out_draws_without_a_value():
    mean, error, n = average_draws([np.array([1.0, np.nan, np.nan]), np.array([3.0, 2.0, np.nan])])
    assert mean[0] == 2 and error[0] == 1 and n.tolist() == [2, 1, 0]
    assert mean[1] == 2 and np.isnan(error[1]) and np.isnan(mean[2])
