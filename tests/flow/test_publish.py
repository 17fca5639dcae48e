"""`soem publish` and `soem verify`: the next free number, once; a release is whole and readable by others."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from pipeline.release.versions import find_newest
from tests.flow.small_build import FEW, SmallBuild, copy_declarations, places_of, run_soem
from tests.flow.test_bad_input import hash_outputs

FAILED, REFUSED = 1, 2


@pytest.fixture
def release(small: SmallBuild) -> Path:
    return find_newest(small.project.releases)


def test_the_first_release_is_number_one_and_marked(release: Path) -> None:
    year, number = release.name.split(".")
    assert len(year) == 4
    assert number == "1-sample"


def test_publishing_again_says_which_release_holds_it(small: SmallBuild, release: Path) -> None:
    before = hash_outputs(small.project.outputs)
    done = run_soem("publish", "next", *places_of(small.project))
    assert done.returncode == 0
    assert done.stderr.strip() == f"Nothing to publish: {release.name} holds these very tables."
    assert hash_outputs(small.project.outputs) == before


@pytest.mark.parametrize("version", ["existing", "2031.1", "2031.0-sample", "newest"])
def test_versions_that_are_refused(small: SmallBuild, release: Path, version: str) -> None:
    """One that exists, a real one for sample registers, a number below one, no version at all."""
    before = hash_outputs(small.project.outputs)
    done = run_soem("publish", release.name if version == "existing" else version, *places_of(small.project))
    assert done.returncode == REFUSED, done.stderr
    assert "do this:" in done.stderr
    assert "Traceback" not in done.stderr
    assert hash_outputs(small.project.outputs) == before


def test_a_changed_remark_gives_the_next_number(small: SmallBuild, release: Path, tmp_path: Path) -> None:
    declarations = copy_declarations(tmp_path / "declarations", FEW)
    method = declarations / "method.toml"
    method.write_text(f"# A remark.\n{method.read_text('utf-8')}", "utf-8")
    outputs = small.copy_outputs(tmp_path / "outputs")
    project = small.open(outputs=outputs, declarations=declarations)
    done = run_soem("publish", "next", *places_of(project))
    assert done.returncode == 0, done.stderr
    newest = find_newest(project.releases)
    assert newest.name == release.name.replace(".1-", ".2-")
    old, new = (pl.read_parquet(folder / "tables" / "estimates.parquet") for folder in (release, newest))
    assert new.equals(old)


def test_a_release_is_verified_and_a_flipped_byte_found(release: Path, tmp_path: Path) -> None:
    assert run_soem("verify", release).returncode == 0
    harmed = shutil.copytree(release, tmp_path / release.name)
    file = harmed / "tables" / "estimates.parquet"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    done = run_soem("verify", harmed)
    assert done.returncode == FAILED
    assert "estimates.parquet" in done.stderr
    assert "Traceback" not in done.stderr


def test_frictionless_reads_the_data_package(release: Path) -> None:
    program = Path(sys.executable).parent / "frictionless"
    done = subprocess.run(
        [str(program), "validate", "datapackage.json"],
        cwd=release,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
