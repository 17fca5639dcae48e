"""A tiny release, written by the tests themselves: the contract's tables with numbers small enough to check by hand.

Belongs here: the release and the interventions the tests share. The same release is behind `hand_worked_case.csv`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from soem_engine import (
    CostLine,
    Intervention,
    PayerShares,
    Release,
    TargetGroupInput,
    YearAmounts,
    open_release,
)

Tables = dict[str, tuple[str, list[tuple[Any, ...]]]]

# group, consequence -> the published values of relative years 1-3 (None: not observed) and whether significant
ESTIMATES: dict[tuple[str, str], list[tuple[float | None, bool]]] = {
    ("adults", "cash_benefit"): [(-2.9, True), (-2.4, True), (-1.7, True)],
    ("adults", "tax_employment"): [(1500.0, True), (2100.5, True), (900.0, False)],
    ("adults", "shelter"): [(-40.0, True), (-12.5, True), (-4.0, True)],
    ("children", "gp_contacts"): [(-1.25, True), (None, False), (-0.5, True)],
    ("children", "special_school"): [(-3.0, True), (-2.0, True), (-0.3, False)],
}
LAST_YEAR, LAST_ESTIMATED = 5, 3
"""Profiles of five years: three estimated, one tapered to half, zero in the last."""

PRICES = {
    "cash_benefit": (700.0, 0.0, 2300.0),
    "tax_employment": (0.7, 0.0, 0.3),
    "shelter": (800.0, 0.0, 700.25),
    "gp_contacts": (0.0, 151.5, 0.0),
    "special_school": (9000.0, 0.0, 0.0),
}
_CONSEQUENCES = [
    ("cash_benefit", "Kontanthjælp", "Cash benefit", "income_transfers", "uger", "weeks", 1),
    ("tax_employment", "Skat fra beskæftigelse", "Tax from employment", "income_tax", "kr.", "kr.", -1),
    ("shelter", "Herberg og forsorg", "Shelter", "social_services", "dage", "days", 1),
    ("gp_contacts", "Almen praksis", "GP contacts", "health", "kontakter", "contacts", 1),
    ("special_school", "Specialskole", "Special school", "school", "uger", "weeks", 1),
]
_GROUPS = [
    (
        "adults",
        "Voksne",
        "Adults",
        "register_rule",
        "documented",
        "assumed",
        "Ingen kontakt",
        "No contact",
        "",
        "",
    ),
    (
        *(
            "children",
            "Børn",
            "Children",
            "union",
            "inferred",
            "documented",
            "Ingen henvisning",
            "No referral",
        ),
        *("Meget bred gruppe.", "A very broad group."),
    ),
    ("stuttering", "Stammen", "Stuttering", "literature_only", None, None, None, None, None, None),
]


def list_profiles(view: str) -> Iterator[tuple[str, str, int, str, float | None, str]]:
    """Yield profile rows: filter (classic view only), then a linear taper from year 3 to zero in year 5."""
    for (group, consequence), estimates in ESTIMATES.items():
        values = [
            (0.0, "set_to_zero")
            if view == "soem_classic" and value is not None and not is_significant
            else (value, "estimated" if value is not None else "not_observed")
            for value, is_significant in estimates
        ]
        last = values[-1][0]
        assert last is not None
        values += [(last * (LAST_YEAR - t) / (LAST_YEAR - LAST_ESTIMATED), "tapered") for t in (4, 5)]
        for t, (value, status) in enumerate(values, start=1):
            yield group, consequence, t, view, value, status


def _list_weights(view: str) -> Iterator[tuple[str, str, str, int, int, float]]:
    for (group, consequence), estimates in ESTIMATES.items():
        for t, (value, is_significant) in enumerate(estimates, start=1):
            if value is None or (view == "soem_classic" and not is_significant):
                continue
            yield group, consequence, view, t, t, 1.0
            if t == LAST_ESTIMATED:
                yield group, consequence, view, 4, t, 0.5


def _list_covariance() -> Iterator[tuple[str, str, int, int, list[float]]]:
    """Yield a covariance with standard error 0.1·|value| and correlation 0.5 between all cells of a group."""
    errors: dict[str, list[float]] = {}
    for (group, consequence), estimates in ESTIMATES.items():
        for t, (value, _) in enumerate(estimates, start=1):
            if value is not None:
                earlier = errors.setdefault(group, [])
                error = 0.1 * abs(value)
                yield group, consequence, t, len(earlier) + 1, [0.5 * error * e for e in earlier] + [error**2]
                earlier.append(error)


def make_tables() -> Tables:
    """Return the tables of the tiny release: SQL columns and rows; a test may change them before writing."""
    views = ("soem_classic", "all_estimates")
    start = datetime.date(2015, 1, 1)
    return {
        "release": (
            "version VARCHAR, contract INTEGER, registers VARCHAR, year_first SMALLINT, year_last SMALLINT, "
            "price_year SMALLINT, code_commit VARCHAR",
            [("2030.1-sample", 1, "sample", 2003, 2022, 2022, "0")],
        ),
        "target_groups": (
            "target_group VARCHAR, name_da VARCHAR, name_en VARCHAR, kind VARCHAR, basis_membership VARCHAR, "
            "basis_success VARCHAR, success_da VARCHAR, success_en VARCHAR, limitations_da VARCHAR, "
            "limitations_en VARCHAR",
            _GROUPS,
        ),
        "consequences": (
            "consequence VARCHAR, name_da VARCHAR, name_en VARCHAR, area VARCHAR, unit_da VARCHAR, "
            "unit_en VARCHAR, budget_sign SMALLINT",
            _CONSEQUENCES,
        ),
        "not_measured": (
            "service VARCHAR, name_da VARCHAR, name_en VARCHAR, reason_da VARCHAR, reason_en VARCHAR",
            [("health_visitors", "Sundhedspleje", "Health visitors", "Intet register.", "No register.")],
        ),
        "estimates": (
            "target_group VARCHAR, consequence VARCHAR, relative_year SMALLINT, adjusted_difference DOUBLE, "
            "is_significant BOOLEAN, in_success_rule BOOLEAN, status VARCHAR",
            [
                (group, consequence, t, value, significant, (consequence, t) == ("shelter", 1), "estimated")
                for (group, consequence), values in ESTIMATES.items()
                for t, (value, significant) in enumerate(values, start=1)
            ],
        ),
        "estimate_covariance": (
            "target_group VARCHAR, consequence VARCHAR, relative_year SMALLINT, position INTEGER, "
            "covariances DOUBLE[]",
            list(_list_covariance()),
        ),
        "profiles": (
            "target_group VARCHAR, consequence VARCHAR, relative_year SMALLINT, view VARCHAR, value DOUBLE, "
            "status VARCHAR",
            [row for view in views for row in list_profiles(view)],
        ),
        "profile_weights": (
            "target_group VARCHAR, consequence VARCHAR, view VARCHAR, relative_year SMALLINT, "
            "from_relative_year SMALLINT, weight DOUBLE",
            [row for view in views for row in _list_weights(view)],
        ),
        "unit_prices": (
            "consequence VARCHAR, payer VARCHAR, target_group VARCHAR, price_year SMALLINT, price_dkk DOUBLE, "
            "basis VARCHAR, valid_from DATE, valid_to DATE",
            [
                (consequence, payer, None, 2022, price, "placeholder", start, None)
                for consequence, prices in PRICES.items()
                for payer, price in zip(("municipality", "region", "state"), prices, strict=True)
            ],
        ),
        "price_index": (
            "year SMALLINT, index DOUBLE",
            [(2020, 94.0), (2021, 96.0), (2022, 100.0), (2024, 105.0)],
        ),
        "discount_rates": (
            "valid_from DATE, horizon_from INTEGER, horizon_to INTEGER, rate DOUBLE",
            [
                (datetime.date(2013, 5, 31), 0, 35, 0.04),
                (datetime.date(2021, 1, 7), 0, 2, 0.035),
                (datetime.date(2021, 1, 7), 3, None, 0.025),
            ],
        ),
    }


def write_release(folder: Path, tables: Tables) -> Path:
    """Write tables as `knowledge.duckdb` into a folder and return the folder."""
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "knowledge.duckdb")) as connection:
        connection.begin()
        for name, (columns, rows) in tables.items():
            connection.execute(f"CREATE TABLE {name} ({columns})")
            if rows:
                marks = ", ".join("?" * len(rows[0]))
                connection.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
        connection.commit()
    return folder


@pytest.fixture(scope="session")
def release_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_release(tmp_path_factory.mktemp("releases") / "2030.1-sample", make_tables())


@pytest.fixture(scope="session")
def release(release_folder: Path) -> Iterator[Release]:
    with open_release(release_folder) as opened:
        yield opened


@pytest.fixture
def make_release(tmp_path: Path) -> Callable[[Callable[[Tables], None]], Path]:
    """Return a function that changes the tables, writes them and returns the release's folder."""

    def make(change: Callable[[Tables], None]) -> Path:
        tables = make_tables()
        change(tables)
        return write_release(tmp_path / "2030.2-sample", tables)

    return make


def enrich(tables: Tables) -> None:
    """Add what a full release has: base shares, effect studies, parameters, rules and gross prices, survival."""
    columns, rows = tables["target_groups"]
    counts = {"adults": (40, 60), "children": (30, 10), "stuttering": (None, None)}
    tables["target_groups"] = (
        columns + ", n_success BIGINT, n_others BIGINT",
        [(*row, *counts[row[0]]) for row in rows],
    )
    columns, rows = tables["estimates"]
    tables["estimates"] = (
        columns + ", share_observed_success DOUBLE",
        [(*row, 1.0 - 0.1 * (row[2] - 1)) for row in rows],
    )
    columns, rows = tables["unit_prices"]
    tables["unit_prices"] = (
        columns + ", gross_dkk DOUBLE, rule VARCHAR",
        [
            (*row[:7], datetime.date(2023, 9, 30), sum(PRICES[row[0]]), "section_110")
            if row[0] == "shelter"
            else (*row, sum(PRICES[row[0]]), "other")
            for row in rows
        ],
    )
    columns, rows = tables["consequences"]
    tax = ("tax_transfers", "Skat af overførsler", "Tax on transfers", "income_tax", "kr.", "kr.", -1)
    tables["consequences"] = (columns, [*rows, tax])
    columns, rows = tables["unit_prices"]
    start = datetime.date(2015, 1, 1)
    tables["unit_prices"] = (
        columns,
        rows
        + [
            ("tax_transfers", payer, None, 2022, price, "documented", start, None, 1.0, "tax")
            for payer, price in (("municipality", 0.7), ("region", 0.0), ("state", 0.3))
        ],
    )
    for name in ("profiles", "estimates", "profile_weights", "estimate_covariance"):
        assert not any(row[1] == "tax_transfers" for row in tables[name][1])
    columns, rows = tables["profiles"]
    zero = [
        ("adults", "tax_transfers", t, view, 100.0 if t == 1 else 0.0, "estimated")
        for view in ("soem_classic", "all_estimates")
        for t in range(1, LAST_YEAR + 1)
    ]
    tables["profiles"] = (columns, rows + zero)
    tables["parameters"] = (
        "parameter VARCHAR, value DOUBLE, valid_from DATE, valid_to DATE, basis VARCHAR, source VARCHAR",
        [(*row, "Serviceloven § 177" if row[2] == _FROM_2023 else "") for row in _PARAMETERS],
    )
    tables["effect_studies"] = (
        "effect_study VARCHAR, target_group VARCHAR, intervention VARCHAR, effect_measure VARCHAR, design VARCHAR, "
        "country VARCHAR, quality VARCHAR, time_horizon_months DOUBLE, effect_size DOUBLE, "
        "effect_size_standard_error DOUBLE, reference VARCHAR, direction VARCHAR, is_synthetic BOOLEAN",
        [
            (
                "s1",
                "adults",
                "ICM",
                "uro",
                "rct",
                "DK",
                "Høj",
                12.0,
                -0.3,
                0.1,
                "bog",
                "lower_is_better",
                False,
            ),
            (
                "s2",
                "adults",
                "ICM",
                "trivsel",
                "rct",
                "DK",
                "Lav",
                None,
                0.2,
                None,
                "x",
                "higher_is_better",
                True,
            ),
        ],
    )


_ALWAYS, _FROM_2023 = datetime.date(2007, 1, 1), datetime.date(2023, 10, 1)
_PARAMETERS: list[tuple[Any, ...]] = [
    ("tax_rate_on_transfers", 0.3, _ALWAYS, datetime.date(2023, 12, 31), "documented"),
    *(
        (f"payer_share_section_110_{payer}", before, _ALWAYS, datetime.date(2023, 9, 30), "documented")
        for payer, before in (("municipality", 0.5), ("region", 0.0), ("state", 0.5))
    ),
    *(
        (f"payer_share_section_110_{payer}", after, _FROM_2023, None, "documented")
        for payer, after in (("municipality", 0.7), ("region", 0.0), ("state", 0.3))
    ),
    *(
        (name, value, datetime.date(2020, 1, 1), datetime.date(2020, 12, 31), "documented")
        for name, value in (
            ("section_176_adults_threshold_low", 1_090_000.0),
            ("section_176_adults_threshold_high", 2_050_000.0),
            ("section_176a_children_threshold_low", 830_000.0),
            ("section_176a_children_threshold_high", 1_630_000.0),
            ("section_176_refund_above_low", 0.25),
            ("section_176_refund_above_high", 0.5),
        )
    ),
]


@pytest.fixture(scope="session")
def rich_release(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Release]:
    """The tiny release with everything a full one has beside estimates and prices."""
    tables = make_tables()
    enrich(tables)
    with open_release(write_release(tmp_path_factory.mktemp("rich") / "2030.3-sample", tables)) as opened:
        yield opened


@pytest.fixture
def intervention() -> Intervention:
    """Two cohorts of adults, costs of every kind; the case of `hand_worked_case.csv`."""
    return Intervention(
        name="Håndregnet",
        target_groups=(TargetGroupInput("adults", {2024: 10.0, 2025: 4.0}, 0.2, "opgjort"),),
        first_year=2024,
        horizon_years=5,
        price_year=2024,
        cost_price_year=2022,
        own_success_measure="øget livskvalitet",
        success_measure_comparison="ikke det samme",
        costs=(
            CostLine("start", "start_up", YearAmounts(25000.0), PayerShares({"municipality": 1.0})),
            CostLine(
                "leje", "fixed", YearAmounts(10000.5), PayerShares({"municipality": 0.75, "region": 0.25})
            ),
            CostLine("løn", "per_participant", YearAmounts(by_year={2024: 2000.0, 2025: 2100.0}), _STATE),
            CostLine(
                "før", "fixed", YearAmounts(by_year={2025: 6000.0}), PayerShares({"municipality": 1.0}), True
            ),
        ),
    )


_STATE = PayerShares({"state": 1.0})
