"""Results as CSV files: one table a file, UTF-8, one header, point as decimal sign.

Here: tables for spreadsheets and programs. Not here: JSON (`result_export`), tables for people (`terminal`).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from soem_engine.errors import make_writing_error
from soem_engine.joint_result import JointResult
from soem_engine.notices import Caveat, NotCounted
from soem_engine.result import Result
from soem_engine.sensitivity import Sensitivity
from soem_engine.uncertainty import MonteCarlo

Subject = Result | JointResult | Sensitivity | MonteCarlo
_Table = tuple[str, Sequence[str], Iterable[Sequence[Any]]]


def write_csv(subject: Subject, folder: Path | str) -> tuple[Path, ...]:
    """Write an analysis as CSV files into a folder, which is made if it is not there.

    Returns
    -------
    tuple of Path
        The files, `caveats.csv` among them: warnings travel with every output.

    Raises
    ------
    InputError
        If a file cannot be written there.
    """
    folder = Path(folder)
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, header, rows in _list_tables(subject):
            path = folder / f"{name}.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(header)
                writer.writerows(rows)
            written.append(path)
    except OSError as error:
        raise make_writing_error("--csv", folder.name) from error
    return tuple(written)


def _list_tables(subject: Subject) -> Iterator[_Table]:
    yield "caveats", ("code", "da", "en"), _list_caveats(subject.caveats)
    if isinstance(subject, MonteCarlo):
        yield from _tables_of_monte_carlo(subject)
    elif isinstance(subject, Sensitivity):
        yield from _tables_of_sensitivity(subject)
    else:
        yield from _tables_of_totals(subject)
        yield "by_year", *_table_by_year(subject)
        yield "by_area", *_table_by_area(subject)
        yield "not_counted", *_table_not_counted(subject.not_counted)
        if subject.committees:
            yield "by_committee", *_table_by_committee(subject)
        if isinstance(subject, Result):
            yield "consequences", *_table_of_cells(subject)
            yield "costs", *_table_of_costs(subject)
        else:
            yield "by_consequence", *_table_by_consequence(subject)


def _list_caveats(caveats: tuple[Caveat, ...]) -> Iterator[Sequence[Any]]:
    return ((caveat.code, caveat.text.da, caveat.text.en) for caveat in caveats)


def _tables_of_totals(subject: Result | JointResult) -> Iterator[_Table]:
    """The totals, one row a number and payer (empty: all), and the release they rest on."""
    totals: dict[str, Any] = subject.to_dict()["totals"]  # type: ignore[union-attr]
    rows: list[tuple[str, str, Any]] = []
    for name, value in totals.items():
        if isinstance(value, dict):
            rows += [(name, payer, amount) for payer, amount in value.items()]
        else:
            rows.append((name, "", value))
    yield "totals", ("total", "payer", "value"), rows
    first = subject if isinstance(subject, Result) else subject.terms[0].result
    release, typed = first.release, first.intervention
    header = (
        *("release", "contract", "is_sample", "made_on", "release_price_year", "engine"),
        *("first_year", "horizon_years", "price_year", "view"),
    )
    made_on = "" if release.made_on is None else release.made_on.isoformat()
    row = (
        *(release.version, release.contract, release.is_sample, made_on, release.price_year),
        *(first.engine_version, typed.first_year, typed.horizon_years, typed.price_year, typed.view),
    )
    yield "release", header, [row]


def _table_by_consequence(joint: JointResult) -> tuple[Sequence[str], Iterable[Sequence[Any]]]:
    header = ("consequence", "area", "year", *(f"consequences_{payer}_pv_dkk" for payer in joint.payers))
    cells = joint.sum_by_consequence()
    rows = (
        (key, consequence.area, int(year), *cells[c, t].tolist())
        for c, (key, consequence) in enumerate(joint.consequences.items())
        for t, year in enumerate(joint.years)
    )
    return header, rows


def _table_by_year(subject: Result | JointResult) -> tuple[Sequence[str], Iterable[Sequence[Any]]]:
    payers = subject.payers
    header = (
        "year",
        *(f"net_{payer}_dkk" for payer in payers),
        *(f"net_{payer}_pv_dkk" for payer in payers),
        "cumulated_pv_dkk",
    )
    rows = (
        (
            int(year),
            *subject.net_dkk[t].tolist(),
            *subject.net_pv_dkk[t].tolist(),
            float(subject.cumulated_dkk[t]),
        )
        for t, year in enumerate(subject.years)
    )
    return header, rows


def _table_by_area(subject: Result | JointResult) -> tuple[Sequence[str], Iterable[Sequence[Any]]]:
    header = ("area", "year", *(f"consequences_{payer}_pv_dkk" for payer in subject.payers))
    cells = subject.sum_by_area()
    rows = (
        (area, int(year), *cells[a, t].tolist())
        for a, area in enumerate(subject.areas)
        for t, year in enumerate(subject.years)
    )
    return header, rows


def _table_by_committee(subject: Result | JointResult) -> tuple[Sequence[str], Iterable[Sequence[Any]]]:
    net = subject.net_by_committee_pv_dkk
    rows = (
        (name, int(year), float(net[b, t]))
        for b, name in enumerate(subject.committees)
        for t, year in enumerate(subject.years)
    )
    return ("committee", "year", "net_pv_dkk"), rows


def _table_not_counted(entries: tuple[NotCounted, ...]) -> tuple[Sequence[str], Iterable[Sequence[Any]]]:
    header = ("target_group", "consequence", "name_da", "name_en", "relative_years", "reason")
    rows = (
        (
            entry.target_group,
            entry.consequence or "",
            entry.name.da,
            entry.name.en,
            " ".join(map(str, entry.relative_years)),
            entry.reason,
        )
        for entry in entries
    )
    return header, rows


def _table_of_cells(result: Result) -> tuple[Sequence[str], Iterable[Sequence[Any]]]:
    """The finest cells of consequences: one row a target group × year × consequence × payer."""
    header = (
        *("target_group", "year", "consequence", "area", "payer", "use_change"),
        *("consequences_dkk", "running_dkk", "consequences_pv_dkk"),
    )
    rows = (
        (
            *(group.key, int(year), consequence.key, consequence.area, payer),
            float(result.use_change[g, t, c]),
            float(result.consequences_dkk[g, t, c, p]),
            float(result.running_dkk[g, t, c, p]),
            float(result.consequences_pv_dkk[g, t, c, p]),
        )
        for g, group in enumerate(result.target_groups)
        for t, year in enumerate(result.years)
        for c, consequence in enumerate(result.consequences)
        for p, payer in enumerate(result.payers)
    )
    return header, rows


def _table_of_costs(result: Result) -> tuple[Sequence[str], Iterable[Sequence[Any]]]:
    header = ("line", "kind", "saved_alternative", "year", "payer", "cost_dkk", "cost_pv_dkk")
    rows = (
        (
            *(line.name, line.kind, line.saved_alternative, int(year), payer),
            float(result.cost_dkk[t, n, p]),
            float(result.cost_pv_dkk[t, n, p]),
        )
        for n, line in enumerate(result.intervention.costs)
        for t, year in enumerate(result.years)
        for p, payer in enumerate(result.payers)
    )
    return header, rows


def _tables_of_sensitivity(sensitivity: Sensitivity) -> Iterator[_Table]:
    yield (
        "tornado",
        ("input", "unit", "base", "low", "high", "low_dkk", "high_dkk", "is_default", "reason"),
        (
            (b.input, b.unit, b.base, b.low, b.high, b.low_dkk, b.high_dkk, b.is_default, b.reason.da)
            for b in sensitivity.tornado
        ),
    )
    yield (
        "switches",
        ("input", "value", "is_base", "net_present_value_dkk", "break_even_year"),
        ((s.input, s.value, s.is_base, s.net_present_value, s.break_even_year) for s in sensitivity.switches),
    )
    yield (
        "break_evens",
        ("what", "key", "payer", "base", "value", "factor", "is_possible"),
        (
            (one.what, one.key, one.payer or "", one.base, one.value, one.factor, one.is_possible)
            for one in sensitivity.break_evens
        ),
    )
    yield (
        "tipping_points",
        ("payer", "net_present_value_dkk", "standard_errors", "share_of_consequences"),
        (
            (one.payer or "", one.net_present_value, one.standard_errors, one.share_of_consequences)
            for one in sensitivity.tipping_points
        ),
    )
    yield (
        "two_way",
        ("row_input", "row_value", "column_input", "column_value", "net_present_value_dkk"),
        (
            (table.row_input, float(row), table.column_input, float(column), float(cells[j]))
            for table in sensitivity.two_way
            for row, cells in zip(table.row_values, table.net_present_value_dkk, strict=True)
            for j, column in enumerate(table.column_values)
        ),
    )


def _tables_of_monte_carlo(drawn: MonteCarlo) -> Iterator[_Table]:
    yield (
        "fan",
        ("year", "probability_positive", *(f"quantile_{q:g}_dkk" for q in drawn.fan_probabilities)),
        (
            (int(year), float(drawn.probability_positive_by_year[t]), *drawn.fan_dkk[:, t].tolist())
            for t, year in enumerate(drawn.years)
        ),
    )
    yield (
        "draws",
        ("draw", *(f"net_{payer}_pv_dkk" for payer in drawn.payers)),
        ((n, *row) for n, row in enumerate(drawn.draws_dkk.tolist(), start=1)),
    )
