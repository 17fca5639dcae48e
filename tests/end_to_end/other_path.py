"""Published estimates made again by another path: SQL to a long data set, then statsmodels, one cell at a time.

Nothing here uses the pipeline's panels or the estimator's sums. Covariates, their reference levels, what every
consequence is covered by and pension ages are written out by hand from the method and the declarations.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl
from threadpoolctl import ThreadpoolController

from pipeline.rebuild.refit import Refit, list_independent, refit

LIBRARIES = ThreadpoolController()
LAST_YEAR = 2022
RELATIVE_YEARS = 10
FLOOR = 5
EMPLOYMENT = ["employed", "unemployed", "temporarily_out", "in_education", "disability_pension", "retired"]
EMPLOYMENT += ["cash_benefit", "other", "unknown"]
EDUCATION = ["primary", "upper_secondary", "vocational", "short_higher", "medium_higher", "long_higher"]
EDUCATION += ["unknown"]
#: Covariate → column and levels, the reference first; None for ages, where the youngest is the reference.
ADULTS = {
    "sex": ("sex", ["man", "woman"]),
    "age": ("age", None),
    "employment": ("employment_code", EMPLOYMENT),
    "education": ("education_code", EDUCATION),
}
CHILDREN = {
    "sex": ("sex", ["man", "woman"]),
    "age": ("age", None),
    "mother_employment": ("mother_employment_code", EMPLOYMENT),
    "father_employment": ("father_employment_code", EMPLOYMENT),
    "mother_education": ("mother_education_code", EDUCATION),
    "father_education": ("father_education_code", EDUCATION),
}
#: Event table (and value, where coverage differs by it) of every consequence.
MEASURED_FROM = {
    **dict.fromkeys(("gp_contacts", "specialist_contacts"), ("practitioner_contacts", None)),
    **{
        f"{hospital}_{use}": ("hospital_contacts", hospital)
        for hospital in ("somatic", "psychiatric")
        for use in ("bed_days", "outpatient_visits", "emergency_visits")
    },
    "prison_days": ("prison_stays", None),
    **{
        f"convictions_{kind}": ("convictions", None)
        for kind in ("violence_sexual", "theft_vandalism", "traffic_special_acts")
    },
    "alcohol_treatment": ("alcohol_courses", None),
    **{f"drug_treatment_{kind}": ("drug_courses", None) for kind in ("residential", "day")},
    "shelter": ("shelter_stays", None),
    **dict.fromkeys(
        (
            *("supported_housing", "social_pedagogical_support", "personal_practical_help"),
            *("citizen_controlled_assistance", "companion_scheme", "sheltered_employment"),
        ),
        ("adult_services", None),
    ),
    **dict.fromkeys(
        (
            *("cash_benefit", "disability_pension", "education_benefit", "other_transfers"),
            "guidance_upskilling",
        ),
        ("benefit_weeks", None),
    ),
    **dict.fromkeys(("tax_employment", "tax_transfers"), ("incomes", None)),
    **dict.fromkeys(
        ("education", "youth_preparatory", "youth_special_needs", "youth_ordinary"),
        ("education_spells", None),
    ),
    "child_preventive": ("child_measures", "preventive"),
    "child_home_based": ("child_measures", "home_based"),
    "aftercare_home_based": ("child_measures", "home_based"),
    **{f"placement_{kind}": ("child_measures", kind) for kind in ("kinship", "foster", "institution")},
    **{f"aftercare_{kind}": ("child_measures", kind) for kind in ("kinship", "foster", "institution")},
    **{
        f"school_{kind}": ("school_years", kind)
        for kind in ("ordinary", "special_support", "special_class", "special_school", "grade_10")
    },
}
TRANSFERS = ("cash_benefit", "disability_pension", "education_benefit", "other_transfers")


def pension_age(birth_year: np.ndarray) -> np.ndarray:
    return np.select([birth_year <= 1954, birth_year <= 1962, birth_year <= 1966], [65, 67, 68], default=69)


@dataclass(frozen=True)
class GroupData:
    """One target group as long tables: members, their years, their use."""

    target_group: str
    is_children: bool
    members: pl.DataFrame  # row, pnr, base_year, is_success, covariates
    samples: pl.DataFrame  # row, t, coverage, is_resident: covered in year 0 and t, reached by the registers
    use: pl.DataFrame  # row, t, consequence, quantity
    coverage_of: dict[str, int]
    designs: dict[tuple[int, int], pd.DataFrame] = field(default_factory=dict)

    @cached_property
    def dummies(self) -> tuple[pd.DataFrame, dict[str, str]]:
        """Dummy columns of all members without the reference, and the covariate of each column."""
        frame = self.members.to_pandas()
        parts, covariate_of = [], {}
        for covariate, (column, levels) in (CHILDREN if self.is_children else ADULTS).items():
            values = frame[column]
            if levels is None and not self.is_children:
                values = values // 5
            categories = levels or sorted(values.unique())
            part = pd.get_dummies(pd.Categorical(values, categories), prefix=covariate, drop_first=True)
            covariate_of |= dict.fromkeys(part.columns, covariate)
            parts.append(part)
        years = pd.get_dummies(frame["base_year"], prefix="base_year", drop_first=True)
        covariate_of |= dict.fromkeys(years.columns, "base_year")
        return pd.concat([*parts, years], axis=1).astype(float), covariate_of

    @cached_property
    def rows_of(self) -> dict[tuple[int, int], np.ndarray]:
        """Rows in the regression by relative year and kind of coverage."""
        kept = self.samples.filter("is_resident").sort("row").to_pandas()
        return {
            key: kept["row"].to_numpy()[at] for key, at in kept.groupby(["t", "coverage"]).indices.items()
        }

    @cached_property
    def use_of(self) -> dict[tuple[int, str], tuple[np.ndarray, np.ndarray]]:
        """Rows with use and how much, by relative year and consequence."""
        row, quantity = self.use["row"].to_numpy(), self.use["quantity"].to_numpy()
        places = self.use.select("t", "consequence").to_pandas().groupby(["t", "consequence"]).indices
        return {key: (row[at], quantity[at]) for key, at in places.items()}

    def use_in(self, t: int, consequence: str) -> np.ndarray:
        quantities = np.zeros(self.members.height)
        rows, values = self.use_of.get((t, consequence), (np.zeros(0, dtype=int), 0.0))
        quantities[rows] = values
        return quantities

    def design(self, t: int, coverage: int) -> pd.DataFrame:
        """Regressors without use in year 0, those explained by others before them left out."""
        if (t, coverage) not in self.designs:
            rows = self.rows_of[t, coverage]
            regressors = self.dummies[0].iloc[rows].copy()
            regressors.insert(0, "constant", 1.0)
            regressors["success"] = self.members["is_success"].to_numpy()[rows].astype(float)
            self.designs[t, coverage] = regressors[list_independent(regressors)]
        return self.designs[t, coverage]

    def refit(self, consequence: str, t: int) -> Refit:
        """Estimate one cell by statsmodels."""
        with LIBRARIES.limit(limits=1, user_api="blas"):  # on a busy machine threads wait for each other
            return self._refit(consequence, t)

    def _refit(self, consequence: str, t: int) -> Refit:
        coverage = self.coverage_of[consequence]
        rows, design = self.rows_of[t, coverage], self.design(t, coverage)
        baseline = self.use_in(0, consequence)[rows]
        if baseline.any():
            design = design.assign(use_in_year_0=baseline / np.abs(baseline).max())
            design = design[list_independent(design)]
        covariate_of = {**self.dummies[1], "use_in_year_0": "use_in_year_0"}
        person = self.members["pnr"].to_numpy()[rows]
        return refit(self.use_in(t, consequence)[rows], design, person, covariate_of)


def joint_covariance(first: Refit, second: Refit) -> float:
    """Stack the influence functions of two cells by person."""
    product = first.influence.mul(second.influence, fill_value=0.0).sum()
    return float(np.sqrt(first.factor * second.factor) * product)


class OtherPath:
    """A build's tables, and what was published from them."""

    def __init__(self, tables: Path, release: Path) -> None:
        self.release = release
        self.con = duckdb.connect(config={"threads": 2})
        self.tables = tables
        for table in ("person_years", "person_year_quantities"):
            self.con.execute(f"CREATE VIEW {table} AS FROM '{tables}/{table}/*/*.parquet'")
        self.con.execute(f"CREATE VIEW coverage AS FROM '{tables}/coverage/*/*.parquet'")
        self.groups = self.published("target_groups").filter(pl.col("kind") != "literature_only")
        self.consequences = self.published("consequences")
        self.coverage_of = self._find_kinds_of_coverage()
        self._read: dict[str, GroupData] = {}

    def published(self, table: str) -> pl.DataFrame:
        return pl.read_parquet(self.release / "tables" / f"{table}.parquet")

    @cached_property
    def area_of(self) -> dict[str, str]:
        return dict(self.consequences.select("consequence", "area").iter_rows())

    def _find_kinds_of_coverage(self) -> dict[str, int]:
        """Give consequences that lack the same years and municipalities one number; table `gaps` has them."""
        gaps_of: dict[str, frozenset] = {}
        for consequence, (events, value) in MEASURED_FROM.items():
            rows = self.con.execute(
                """SELECT year, municipality_code FROM coverage WHERE NOT is_covered AND event_table = ?
                AND attribute_value IS NOT DISTINCT FROM ?""",
                [events, value],
            ).fetchall()
            gaps_of[consequence] = frozenset(rows)
        kinds = {gaps: number for number, gaps in enumerate(dict.fromkeys(gaps_of.values()))}
        rows = [(number, *gap) for gaps, number in kinds.items() for gap in gaps]
        gaps = pl.DataFrame(rows, schema=["coverage", "year", "municipality_code"], orient="row")
        self.con.register("gaps", gaps.to_arrow())
        self.con.execute(f"CREATE TABLE kinds AS SELECT unnest(range({len(kinds)})) AS coverage")
        return {consequence: kinds[gaps] for consequence, gaps in gaps_of.items()}

    def group(self, target_group: str) -> GroupData:
        if target_group not in self._read:
            self._read[target_group] = self._read_group(target_group)
        return self._read[target_group]

    def _read_group(self, target_group: str) -> GroupData:
        self.con.execute(
            f"""CREATE OR REPLACE TEMP TABLE member AS
            SELECT row_number() OVER (ORDER BY pnr, base_year) - 1 AS row, members.*,
                   status = 'success' AS is_success
            FROM '{self.tables}/target_group_members/{target_group}/*.parquet' AS members
            JOIN '{self.tables}/success_status/{target_group}/*.parquet' USING (pnr, base_year)
            WHERE status IN ('success', 'other')"""
        )
        self.con.execute(
            f"""CREATE OR REPLACE TEMP TABLE followed AS
            SELECT row, t, member.base_year + t AS year, coalesce(is_resident, FALSE) AS is_resident,
              last_value(CASE WHEN is_resident THEN person.municipality_code END IGNORE NULLS)
                OVER (PARTITION BY row ORDER BY t) AS municipality_code
            FROM member CROSS JOIN (SELECT unnest(range({RELATIVE_YEARS + 1})) AS t)
            LEFT JOIN person_years AS person ON person.pnr = member.pnr AND person.year = base_year + t
            WHERE member.base_year + t <= {LAST_YEAR}"""
        )
        self.con.execute(
            """CREATE OR REPLACE TEMP TABLE covered AS
            SELECT row, t, coverage, is_resident FROM followed CROSS JOIN kinds
            WHERE NOT EXISTS (SELECT 1 FROM gaps
              WHERE gaps.coverage = kinds.coverage AND gaps.year = followed.year
              AND coalesce(gaps.municipality_code, followed.municipality_code) = followed.municipality_code)"""
        )
        samples = self.con.sql(
            """SELECT row, later.t, coverage, later.is_resident FROM covered AS later
            JOIN (SELECT row, coverage FROM covered WHERE t = 0) USING (row, coverage) WHERE later.t > 0"""
        ).pl()
        use = self.con.sql(
            f"""SELECT row, later.year - base_year AS t, consequence, quantity
            FROM member JOIN person_year_quantities AS later ON later.pnr = member.pnr
            AND later.year BETWEEN base_year AND base_year + {RELATIVE_YEARS}"""
        ).pl()
        is_children = self.groups.filter(target_group=target_group)["area"].item() == "children_and_youth"
        members = self.con.sql("FROM member ORDER BY row").pl()
        return GroupData(target_group, is_children, members, samples, use, self.coverage_of)


def count_cells(group: GroupData, consequences: Iterable[str]) -> pl.DataFrame:
    """Count and average every cell before anything is withheld."""
    arms = group.members.select(pl.col("row"), "pnr", "base_year", "is_success")
    rows = group.samples.join(arms, on="row")
    resident = pl.col("is_resident")
    counted = rows.group_by("t", "coverage").agg(
        pl.col("base_year").filter(resident).min().alias("base_year_first"),
        pl.col("base_year").filter(resident).max().alias("base_year_last"),
        *(
            expression.alias(f"{name}_{arm}")
            for arm, chosen in (("success", pl.col("is_success")), ("others", ~pl.col("is_success")))
            for name, expression in (
                ("followed", chosen.sum()),
                ("n", (chosen & resident).sum()),
                ("n_persons", pl.col("pnr").filter(chosen & resident).n_unique()),
            )
        ),
    )
    kinds = pl.DataFrame(
        [(name, group.coverage_of[name]) for name in consequences],
        schema=["consequence", "coverage"],
        orient="row",
    )
    used = (
        group.use.join(kinds, on="consequence")
        .join(rows.filter("is_resident"), on=("row", "t", "coverage"))
        .filter(pl.col("quantity") != 0)
        .group_by("consequence", "t")
        .agg(
            *(
                expression.alias(f"{name}_{arm}")
                for arm, chosen in (("success", pl.col("is_success")), ("others", ~pl.col("is_success")))
                for name, expression in (
                    ("n_users", pl.col("pnr").filter(chosen).n_unique()),
                    ("total", pl.col("quantity").filter(chosen).sum()),
                )
            )
        )
    )
    every = kinds.join(pl.DataFrame({"t": range(1, RELATIVE_YEARS + 1)}), how="cross")
    cells = every.join(counted, on=("t", "coverage"), how="left").join(
        used, on=("consequence", "t"), how="left"
    )
    counts = pl.selectors.starts_with("n_", "followed", "total")
    return cells.with_columns(counts.fill_null(0)).with_columns(
        *(
            (pl.col(f"total_{arm}") / pl.col(f"n_{arm}")).alias(f"mean_{arm}")
            for arm in ("success", "others")
        ),
        *(
            (pl.col(f"n_{arm}") / pl.col(f"followed_{arm}")).alias(f"share_observed_{arm}")
            for arm in ("success", "others")
        ),
    )
