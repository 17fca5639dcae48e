"""The course cases and the gallery on the small fixed release, against what they were when last looked through.

Never change an expected value to get green: find out which side is wrong. If the new numbers are right, make the files
again (`python -m calculation_engine.tests.golden.remake`) and commit them alone, saying why.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator

import pytest
from calculation_engine.tests.golden.remake import (
    CASES,
    COURSE_CASES,
    GALLERY,
    format_course_cases,
    open_fixed_release,
)

from soem_engine import Release
from soem_engine.gallery import make_page


@pytest.fixture(scope="module")
def fixed_release(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Release]:
    with open_fixed_release(tmp_path_factory.mktemp("fixed_release")) as release:
        yield release


def test_course_cases_are_what_they_were(fixed_release: Release) -> None:
    found = format_course_cases(fixed_release).splitlines()
    expected = COURSE_CASES.read_text(encoding="utf-8").splitlines()
    assert found == expected


def test_golden_rows_add_up() -> None:
    """The file itself is sound: payers add up to the total, the last cumulated year is the net present value."""
    with COURSE_CASES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for case in CASES:
        own = [row for row in rows if row["case"] == case]
        total = next(
            float(r["value"]) for r in own if r["quantity"] == "net_present_value" and not r["payer"]
        )
        payers = [float(r["value"]) for r in own if r["quantity"] == "net_present_value" and r["payer"]]
        cumulated = [float(r["value"]) for r in own if r["quantity"] == "cumulated"]
        gains = [float(r["value"]) for r in own if r["quantity"] == "consequence_discounted"]
        costs = [float(r["value"]) for r in own if r["quantity"] == "cost_discounted"]
        assert sum(payers) == pytest.approx(total, abs=0.02)
        assert cumulated[-1] == pytest.approx(total, abs=0.01)
        assert sum(gains) - sum(costs) == pytest.approx(total, abs=0.005 * (len(gains) + len(costs)))


def test_gallery_page_is_what_it_was(fixed_release: Release) -> None:
    assert make_page(fixed_release).splitlines() == GALLERY.read_text(encoding="utf-8").splitlines()
