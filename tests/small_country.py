"""A small random country as built tables of stage 2, written range by range: for tests of cohorts and panels."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import polars as pl

from pipeline.leaf_jobs import LeafJob
from pipeline.project import Project
from pipeline.registers.leaves import split_leaves

FIRST_YEAR, LAST_YEAR = 2003, 2022
EMPLOYMENT = ("employed", "unemployed", "cash_benefit", "unknown")
EDUCATION = ("primary", "vocational", "unknown")
#: Event table to what its rows may say.
EVENTS = {
    "shelter_stays": {"n_days": (1, 30)},
    "prison_stays": {"n_days": (1, 30)},
    "hospital_contacts": {
        "hospital": ("psychiatric", "somatic"),
        "contact_type": ("inpatient", "outpatient"),
        "n_days": (0, 3),
        "n_visits": (0, 2),
    },
    "hospital_diagnoses": {
        "hospital": ("psychiatric",),
        "diagnosis": ("F200", "F321", "F411", "F90", "F84", "S060"),
    },
    "dispensings": {"atc": ("N06BA04", "N05A"), "n_dispensings": (1, 4)},
    "practitioner_contacts": {"speciality": ("24", "26", "80"), "n_contacts": (1, 4)},
    "incomes": {"wage_dkk": (0, 300_000)},
    "education_spells": {"n_days": (1, 300), "n_completed": (0, 1)},
    "drug_courses": {"is_substitution": (True, False), "n_days": (1, 90), "n_completed": (0, 1)},
    "alcohol_courses": {"n_days": (1, 90), "n_completed": (0, 1)},
}


class SmallCountry:
    """Built tables of stage 2 for some hundred persons, and jobs that read them.

    Parameters
    ----------
    root : Path
        Gets `outputs`.
    seed, n_persons, n_ranges : int
        Files a table.
    """

    def __init__(self, root: Path, seed: int, n_persons: int = 300, n_ranges: int = 4) -> None:
        self.project = Project(root / "none", root / "outputs")
        self._rng = np.random.default_rng(seed)
        self._n_ranges = n_ranges
        rng = self._rng
        self.persons = pl.DataFrame(
            {
                "pnr": np.sort(rng.choice(9_999_999, n_persons, replace=False)) + 101_500_000,
                "leaf": rng.integers(0, 256, n_persons).astype(np.int16),
                "birth_year": rng.integers(1935, 2020, n_persons),
                "sex": rng.choice(["man", "woman"], n_persons),
            }
        )
        self.person_years = self._draw_person_years()
        self.write("person_years", self.person_years)
        self.write("person_exits", self._draw_exits())
        self.write("person_year_quantities", self._draw_quantities())
        for table, columns in EVENTS.items():
            self.write(table, self._draw_events(columns))

    def write(self, table: str, frame: pl.DataFrame, partition: str = "all") -> None:
        """Write a table as built, one file a range of leaves, sorted by its key."""
        folder = self.project.tables.folder(table, partition)
        folder.mkdir(parents=True, exist_ok=True)
        by = [name for name in ("leaf", "pnr", "year", "base_year", "consequence") if name in frame.columns]
        for leaves in split_leaves(self._n_ranges):
            rows = frame.filter(pl.col("leaf").is_between(leaves.first, leaves.last)).sort(by)
            rows.write_parquet(folder / leaves.file_name)

    def jobs(
        self, n_ranges: int, groups: Iterable[str], to: Path | None = None, payload=None
    ) -> list[LeafJob]:
        """Return one job a range; tables are written below `to`, by default where built tables lie."""
        found = []
        for leaves in split_leaves(n_ranges):
            tables = ("target_group_members", "success_status")
            folders = {
                (table, group): (to or self.project.tables.root) / table / group
                for table in tables
                for group in groups
            }
            for folder in folders.values():
                folder.mkdir(parents=True, exist_ok=True)
            found.append(LeafJob(self.project, leaves, tuple(groups), folders, 2_000_000_000, payload))
        return found

    def read(self, table: str, partition: str = "all", root: Path | None = None) -> pl.DataFrame:
        """Read all rows of a table, in leaf order."""
        folder = (root or self.project.tables.root) / table / partition
        return pl.concat([pl.read_parquet(file) for file in sorted(folder.glob("*.parquet"))])

    def _draw_person_years(self) -> pl.DataFrame:
        """Everybody from birth on, with years away; some have died by the end of a year they are registered in."""
        rng = self._rng
        years = pl.DataFrame({"year": np.arange(FIRST_YEAR, LAST_YEAR + 1, dtype=np.int16)})
        rows = self.persons.join(years, how="cross").filter(pl.col("year") >= pl.col("birth_year"))
        rows = rows.filter(pl.Series(rng.random(rows.height) < 0.93))
        n = rows.height
        return rows.select(
            "leaf",
            "pnr",
            "year",
            "sex",
            pl.date("birth_year", 6, 1).alias("birth_date"),
            (pl.col("year") - pl.col("birth_year")).cast(pl.Int16).alias("age"),
            pl.Series("municipality_code", rng.choice([101, 461, 751, 851], n).astype(np.int16)),
            pl.Series("origin_code", rng.choice(["danish", "immigrant"], n)),
            pl.Series("is_resident", rng.random(n) < 0.97),
            *(
                pl.Series(f"{who}{what}_code", rng.choice(words, n))
                for who in ("", "mother_", "father_")
                for what, words in (("employment", EMPLOYMENT), ("education", EDUCATION))
            ),
        )

    def _draw_exits(self) -> pl.DataFrame:
        gone = self.persons.filter(pl.Series(self._rng.random(self.persons.height) < 0.3)).select(
            "leaf", "pnr"
        )
        year = pl.Series("year", self._rng.integers(FIRST_YEAR, LAST_YEAR + 1, gone.height))
        is_dead = pl.Series(self._rng.random(gone.height) < 0.5)
        dated = gone.with_columns(pl.date(year, 12, 31).alias("date"))
        return dated.select(
            "leaf",
            "pnr",
            pl.when(is_dead).then("date").alias("death_date"),
            pl.when(~is_dead).then("date").alias("emigration_date"),
            pl.lit(None, pl.Date).alias("return_date"),
        )

    def _draw_quantities(self) -> pl.DataFrame:
        rng = self._rng
        keys = [consequence.key for consequence in self.project.declared.consequences]
        resident = self.person_years.filter("is_resident").select("leaf", "pnr", "year")
        rows = resident.join(pl.DataFrame({"consequence": keys}), how="cross")
        rows = rows.filter(pl.Series(rng.random(rows.height) < 0.08))
        return rows.with_columns(pl.Series("quantity", rng.integers(1, 40, rows.height) / 4))

    def _draw_events(self, columns: dict[str, tuple]) -> pl.DataFrame:
        rng = self._rng
        n = 6 * self.persons.height
        chosen = self.persons.select("leaf", "pnr")[rng.integers(0, self.persons.height, n).tolist()]
        drawn = [pl.Series("year", rng.integers(FIRST_YEAR, LAST_YEAR + 1, n).astype(np.int16))]
        for name, words in columns.items():
            is_number = name.startswith("n_") or name.endswith("_dkk")
            values = rng.integers(words[0], words[1] + 1, n) if is_number else rng.choice(words, n)
            drawn.append(pl.Series(name, values, dtype=pl.Int32 if is_number else None))
        return chosen.with_columns(drawn).unique(["pnr", "year", *_words(columns)], maintain_order=True)


def _words(columns: dict[str, tuple]) -> list[str]:
    """Columns that an event table has one row of, a person and year: those that are no amounts."""
    return [name for name in columns if not name.startswith("n_") and not name.endswith("_dkk")]
