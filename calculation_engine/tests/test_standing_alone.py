"""The engine needs duckdb and numpy only: nothing else of ours, no extras."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ENGINE = Path(__file__).parents[1]
PACKAGE = ENGINE / "soem_engine"
ALLOWED = {"duckdb", "numpy", "soem_engine"}

_BLOCKED_IMPORTS = """
import sys

class OnlyAllowed:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top in sys.stdlib_module_names or top in {"duckdb", "_duckdb", "numpy", "soem_engine"}:
            return None
        raise ImportError(f"not allowed here: {top}")

sys.meta_path.insert(0, OnlyAllowed())
from soem_engine.cli import main
code = main(sys.argv[1:])
assert not {"polars", "pipeline", "estimation", "schemas", "scipy", "pandas"} & set(sys.modules)
sys.exit(code)
"""

_WITHOUT_EXTRAS = """
import sys
sys.modules.update(dict.fromkeys(["typst", "vl_convert", "font_source_sans_pro", "xlsxwriter"]))
from soem_engine.cli import main
sys.exit(main(sys.argv[1:]))
"""

_INTERVENTION = """
name = "Alene"
first_year = 2022
horizon_years = 4
price_year = 2022
own_success_measure = "det samme"
success_measure_comparison = "det samme"
[[target_groups]]
target_group = "adults"
participants = { 2022 = 1 }
net_success_share = 1
net_success_share_reason = "en succes"
"""


@pytest.fixture
def intervention_file(tmp_path: Path) -> Path:
    path = tmp_path / "alene.toml"
    path.write_text(_INTERVENTION, encoding="utf-8")
    return path


def _run(command: list[str], folder: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    ended = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", cwd=folder, env=environment, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_runs_where_nothing_else_can_be_imported(
    release_folder: Path, intervention_file: Path, tmp_path: Path
) -> None:
    arguments = ["run", str(intervention_file), "--release", str(release_folder)]
    assert "Nettonutidsværdi" in _run([sys.executable, "-c", _BLOCKED_IMPORTS, *arguments], tmp_path)


@pytest.mark.parametrize("command", ["sensitivity", "montecarlo"])
def test_analyses_run_there_too(
    command: str, release_folder: Path, intervention_file: Path, tmp_path: Path
) -> None:
    arguments = [command, str(intervention_file), "--release", str(release_folder), "--json"]
    assert '"analysis"' in _run([sys.executable, "-c", _BLOCKED_IMPORTS, *arguments], tmp_path)


@pytest.mark.parametrize(
    "output", [("--report", "ud.pdf"), ("--report", "ud.html"), ("--workbook", "ud.xlsx")]
)
def test_a_missing_extra_is_said_and_how_to_get_it(
    output: tuple[str, str], release_folder: Path, intervention_file: Path, tmp_path: Path
) -> None:
    arguments = ["run", str(intervention_file), "--release", str(release_folder), *output]
    ended = subprocess.run(
        [sys.executable, "-c", _WITHOUT_EXTRAS, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=tmp_path,
        check=False,
    )
    assert ended.returncode == 1 and "Traceback" not in ended.stderr
    assert 'pip install "soem-engine[' in ended.stderr
    assert not (tmp_path / output[1]).exists()


def test_the_core_reads_the_extras_only_where_they_are_asked_for() -> None:
    """Report and workbook are imported inside functions of `commands`, never when a module is."""
    for path in PACKAGE.glob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ImportFrom) and node.module:
                assert not node.module.startswith(("soem_engine.report", "soem_engine.workbook")), path.name


def test_source_imports_only_what_is_allowed() -> None:
    found = {"polars": set[str]()}
    for path in PACKAGE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                top = name.partition(".")[0]
                if top not in ALLOWED and top not in sys.stdlib_module_names:
                    found.setdefault(top, set()).add(path.name)
    assert found == {"polars": {"result.py", "result_export.py"}}


@pytest.mark.slow
def test_the_wheel_runs_in_an_environment_of_its_own(
    release_folder: Path, intervention_file: Path, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    shutil.copytree(ENGINE, source, ignore=shutil.ignore_patterns("dist", "tests", "__pycache__"))
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-q"]
    _run([*build, "-w", str(tmp_path), str(source)], tmp_path)
    wheel = next(tmp_path.glob("soem_engine-*.whl"))

    home = tmp_path / "venv"
    venv.create(home, with_pip=True)
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    _run([str(python), "-m", "pip", "install", "-q", "--no-index", "--no-deps", str(wheel)], tmp_path)
    inner = _run([str(python), "-c", "import sysconfig; print(sysconfig.get_path('platlib'))"], tmp_path)
    _link_packages(Path(sysconfig.get_path("platlib")), Path(inner.strip()), ("duckdb", "_duckdb", "numpy"))

    outside = (
        "import importlib.util as u; print([n for n in ('polars', 'pipeline', 'scipy') if u.find_spec(n)])"
    )
    assert _run([str(python), "-c", outside], tmp_path).strip() == "[]"
    command = python.with_name("soem-engine" + (".exe" if os.name == "nt" else ""))
    arguments = ["run", str(intervention_file), "--release", str(release_folder)]
    assert "Nettonutidsværdi" in _run([str(command), *arguments], tmp_path)
    assert "soem-engine 0" in _run([str(command), "--version"], tmp_path)


def _link_packages(source: Path, target: Path, names: tuple[str, ...]) -> None:
    """Lend the new environment the two dependencies, as installing them without a network would."""
    for entry in source.iterdir():
        if entry.name.partition(".")[0].partition("-")[0] in names and not (target / entry.name).exists():
            (target / entry.name).symlink_to(entry, target_is_directory=entry.is_dir())
