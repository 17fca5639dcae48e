"""One tiny release a test session."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from pipeline.changes.tell_changes import write_changes
from pipeline.release.assemble import assemble_release
from pipeline.release.made_at_publication import ChangeList, make_empty_table
from pipeline.release.manifest import DeclarationChange, ReleaseContext
from schemas.checks import CheckResult
from tests.release.tiny_tables import make_tiny_tables

FIRST = ChangeList(None, make_empty_table("changes"), write_changes(None, "2026.1-sample"))
"""What the first release says of changes."""

PROJECT = Path(__file__).resolve().parents[2]


def make_context(folder: Path) -> ReleaseContext:
    """Make the context of a tiny release, with declarations of its own."""
    declarations = folder / "declarations"
    (declarations / "prices").mkdir(parents=True, exist_ok=True)
    (declarations / "method.toml").write_text("years = 10\n", "utf-8")
    (declarations / "prices" / "price_index.toml").write_text("[index]\n", "utf-8")
    (declarations / "rules.py").write_text("", "utf-8")
    return ReleaseContext(
        registers="sample",
        year_first=2003,
        year_last=2022,
        price_year=2022,
        significance_level=0.05,
        last_year_followed=10,
        last_year_of_profile=20,
        code_commit="abc",
        code_version="def",
        data_version="0" * 32,
        declarations=declarations,
        engine_project=PROJECT / "calculation_engine",
        register_hashes={"bef/2003.parquet": "f" * 64},
        seeds={"sample": 1},
        declaration_changes=(
            DeclarationChange("method.toml", 1, "abc", datetime.date(2026, 1, 2), "Ten years"),
        ),
    )


@pytest.fixture(scope="session")
def release(tmp_path_factory) -> Path:
    """A published tiny release, not to be changed."""
    folder = tmp_path_factory.mktemp("published")
    return assemble_release(
        "2026.1-sample",
        make_tiny_tables(),
        context=make_context(folder),
        root=folder / "releases",
        changes=FIRST,
        checks=[CheckResult("person_years", 10, ()), CheckResult("person_years", 12, ())],
    )
