"""Make the golden files again on the small fixed release: `python -m calculation_engine.tests.golden.remake`.

Belongs here: opening the fixed release, the rows of `course_cases.csv`, the page `gallery.md`. A golden file changes
only in a commit of its own, which says why the new numbers are the right ones.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb

from soem_engine import Release, Result, calculate, load_intervention, open_release
from soem_engine.gallery import make_page

HERE = Path(__file__).parent
COURSE_CASES, GALLERY = HERE / "course_cases.csv", HERE / "gallery.md"
EXAMPLES = HERE.parent.parent / "examples"
CASES = ("icm_homeless", "school_support_anxiety_depression", "joint_plan_alcohol_psychiatry")
HEADS = ("case", "quantity", "key", "year", "payer", "value")
Row = tuple[str, str, str, str, str, str]


def open_fixed_release(folder: Path) -> Release:
    """Write the fixed release into a folder and open it."""
    tables = HERE / "release"
    with duckdb.connect(str(folder / "knowledge.duckdb")) as connection:
        connection.execute((tables / "schema.sql").read_text(encoding="utf-8"))
        for (table,) in connection.execute("SELECT table_name FROM information_schema.tables").fetchall():
            connection.execute(f"COPY {table} FROM '{(tables / table).as_posix()}.csv' (HEADER)")
    return open_release(folder)


def format_course_cases(release: Release) -> str:
    """Return the results of the three course cases as CSV: kr. with two decimals."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADS)
    for case in CASES:
        result = calculate(release, load_intervention(EXAMPLES / f"{case}.toml", release))
        writer.writerows((case, *row[1:]) for row in _list_rows(result))
    return text.getvalue()


def _list_rows(result: Result) -> Iterator[Row]:
    yield _row("net_present_value", value=result.net_present_value)
    yield _row("net_present_value_per_participant", value=result.net_present_value_per_participant)
    benefit, year = result.benefit_per_krone, result.break_even_year
    yield "", "benefit_per_krone", "", "", "", "" if benefit is None else f"{benefit:.6f}"
    yield "", "break_even_year", "", "", "", "" if year is None else str(year)
    for p, payer in enumerate(result.payers):
        yield _row("net_present_value", payer=payer, value=result.net_present_value_by_payer[p])
    for t, calendar_year in enumerate(result.years):
        when = str(calendar_year)
        for p, payer in enumerate(result.payers):
            yield _row("net", year=when, payer=payer, value=result.net_dkk[t, p])
        yield _row("cumulated", year=when, value=result.cumulated_dkk[t])
    for n, line in enumerate(result.intervention.costs):
        yield _row("cost_discounted", line.name, value=result.cost_pv_dkk[:, n].sum())
    discounted = result.sum_by_consequence()
    for c, consequence in enumerate(result.consequences):
        for p, payer in enumerate(result.payers):
            value = discounted[c, :, p].sum()
            yield _row("consequence_discounted", consequence.key, payer=payer, value=value)
        use = result.use_change[:, :, c].sum()
        yield "", "use_change", consequence.key, "", "", f"{use:.6f}"
    for caveat in result.caveats:
        yield "", "warning", caveat.code, "", "", ""
    yield "", "n_not_counted", "", "", "", str(len(result.not_counted))


def _row(quantity: str, key: str = "", year: str = "", payer: str = "", value: float = 0.0) -> Row:
    return "", quantity, key, year, payer, f"{value + 0.0:.2f}"


def remake() -> None:
    """Write the golden files."""
    with tempfile.TemporaryDirectory() as folder, open_fixed_release(Path(folder)) as release:
        COURSE_CASES.write_text(format_course_cases(release), encoding="utf-8", newline="\n")
        GALLERY.write_text(make_page(release), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    remake()
