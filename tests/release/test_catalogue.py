"""`soem releases` lists what releases there are, for people and for programs, and tells what it cannot read."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.release.catalogue import read_catalogue, shorten_commit

pytestmark = pytest.mark.xdist_group("release")

DONE, FAILED = 0, 1


@pytest.fixture
def outputs(release, tmp_path) -> Path:
    """Outputs with two sample releases and a real one, as far as the list reads them."""
    for version, changes in {
        "2026.1-sample": {},
        "2026.10-sample": {"previous": "2026.1-sample", "code_commit": "0123456789abcdef+changes"},
        "2026.2": {"registers": "real"},
    }.items():
        folder = tmp_path / "releases" / version
        (folder / "csv").mkdir(parents=True)
        shutil.copyfile(release / "csv" / "release.csv", folder / "csv" / "release.csv")
        manifest = json.loads((release / "manifest.json").read_text("utf-8"))
        changed = manifest | {"version": version, "made_at": "2026-03-04T05:06:07+00:00"} | changes
        (folder / "manifest.json").write_text(json.dumps(changed), "utf-8")
    return tmp_path


def test_the_list_is_read_from_each_release_the_newest_first(outputs):
    catalogue = read_catalogue(outputs / "releases")
    assert [facts.version for facts in catalogue.releases] == ["2026.10-sample", "2026.2", "2026.1-sample"]
    first = catalogue.releases[0]
    assert (first.registers, first.contract, first.price_year) == ("sample", 1, 2022)
    assert (first.n_target_groups, first.n_consequences, first.previous) == (3, 4, "2026.1-sample")
    assert catalogue.problems == ()


def test_people_see_a_line_a_release(outputs, capsys):
    assert main(["releases", "--outputs", str(outputs)]) == DONE
    head, *lines = capsys.readouterr().out.splitlines()
    assert [word for word in head.split() if word != "of"] == [
        *("version", "made", "registers", "contract", "prices", "groups", "consequences", "commit", "after")
    ]
    assert lines[0].split() == [
        *("2026.10-sample", "2026-03-04", "05:06", "sample", "1", "2022", "3", "4"),
        *("01234567+changes", "2026.1-sample"),
    ]
    assert lines[1].split()[:4] == ["2026.2", "2026-03-04", "05:06", "real"]
    assert lines[2].split()[-1] == "-"


def test_programs_read_json(outputs, capsys):
    assert main(["releases", "--outputs", str(outputs), "--json"]) == DONE
    told = json.loads(capsys.readouterr().out)
    assert [release["version"] for release in told] == ["2026.10-sample", "2026.2", "2026.1-sample"]
    assert told[0]["code_commit"] == "0123456789abcdef+changes" and told[2]["previous"] is None


def test_a_release_that_cannot_be_read_is_told_and_the_others_listed(outputs, capsys):
    (outputs / "releases" / "2026.2" / "manifest.json").write_text("{", "utf-8")
    (outputs / "releases" / "2026.10-sample" / "csv" / "release.csv").unlink()
    assert main(["releases", "--outputs", str(outputs)]) == FAILED
    told = capsys.readouterr()
    assert "2026.1-sample" in told.out
    assert "2 problems" in told.err and "2026.2" in told.err and "do this:" in told.err


def test_an_empty_list_says_how_to_publish(tmp_path, capsys):
    assert main(["releases", "--outputs", str(tmp_path)]) == DONE
    assert "soem publish next" in capsys.readouterr().err
    assert main(["releases", "--outputs", str(tmp_path), "--json"]) == DONE
    assert json.loads(capsys.readouterr().out) == []


def test_listing_writes_nothing(outputs):
    before = {path: path.stat().st_mtime_ns for path in outputs.rglob("*")}
    main(["releases", "--outputs", str(outputs)])
    assert {path: path.stat().st_mtime_ns for path in outputs.rglob("*")} == before


def test_commits_are_short():
    assert shorten_commit("0123456789abcdef") == "01234567"
    assert shorten_commit("unknown") == "unknown"
