"""Attrition: how many persons and person-years are left at each step, and why the others are not.

Belongs here: the steps, their order and words, counting, and the floor below which a count is not published.
Does not belong here: the rules that exclude (`members`, `success`, `pipeline/panels`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import duckdb
import polars as pl

STEPS = {
    "registers": ("Alle personer i registrene", "All persons in the registers"),
    "base_years": ("Personår i målgruppens basisår", "Person-years in the target group's base years"),
    "resident": ("Bosat i Danmark 31. december i år 0", "Resident in Denmark on 31 December of year 0"),
    "age_band": ("Alder inden for målgruppen", "Age within the target group"),
    "definition": ("Opfylder definitionen i år 0", "Meets the definition in year 0"),
    "covered": ("Kommunen er dækket i år 0", "The municipality is covered in year 0"),
    "entry": ("Medlem efter reglen om indgang", "Member by the rule of entry"),
    "assessable": ("Succes kan bedømmes i år 1", "Success can be judged in year 1"),
    "arms": ("Succesgruppe og andre", "Success group and others"),
    "followed": ("Basisåret følges til året", "The base year is followed to the year"),
    "observed": ("Bosat ved årets udgang", "Resident at the end of the year"),
    "estimated": ("Dækket i år 0 og i året", "Covered in year 0 and in the year"),
}
"""Steps in order, in Danish and English; a step's number is its place."""

REASONS = {
    "remaining": ("tilbage", "remaining"),
    "died": ("død", "died"),
    "emigrated": ("udvandret", "emigrated"),
    "not_in_population": ("ikke i befolkningsregistret", "not in the population register"),
    "municipality_not_covered": ("kommunen ikke dækket", "municipality not covered"),
    "success": ("succesgruppe", "success group"),
    "other": ("andre", "others"),
}


@dataclass
class Attrition:
    """The attrition of one target group, as it is counted.

    Attributes
    ----------
    rows : list of tuple
        (step, reason, relative_year, event_table, n_persons, n_person_years).
    """

    rows: list[tuple[str, str, int | None, str | None, int, int]] = field(default_factory=list)

    def add_remaining(self, step: str, n_persons: int, n_person_years: int) -> None:
        """Add what is left after a step."""
        self.rows.append((step, "remaining", None, None, n_persons, n_person_years))

    def add_step(self, con: duckdb.DuckDBPyConnection, step: str, table: str, condition: str) -> None:
        """Count what is left of a table under a condition."""
        counts = con.execute(
            f"SELECT count(DISTINCT pnr), count(*) FROM {table} WHERE {condition}"
        ).fetchone()
        self.add_remaining(step, *counts)

    def add_reasons(self, con: duckdb.DuckDBPyConnection, step: str, table: str, reason: str) -> None:
        """Count the rows of a table by reason; rows without a reason are not counted."""
        counts = con.execute(
            f"""SELECT {reason}, count(DISTINCT pnr), count(*) FROM {table}
            WHERE {reason} IS NOT NULL GROUP BY ALL ORDER BY ALL"""
        ).fetchall()
        self.rows += [(step, name, None, None, *numbers) for name, *numbers in counts]

    def to_frame(self, target_group: str, min_published_count: int) -> pl.DataFrame:
        """Return the rows as published: counts of fewer persons than the floor, but not 0, are null.

        Parameters
        ----------
        target_group : str
        min_published_count : int
            Lowest number of persons published (persons).

        Returns
        -------
        polars.DataFrame
            Columns target_group, step, reason, n_persons, n_person_years, relative_year, event_table,
            description_da, description_en.
        """
        frame = pl.DataFrame(
            [self._describe(row) for row in self.rows],
            schema={
                "step": pl.Int16,
                "reason": pl.String,
                "relative_year": pl.Int16,
                "event_table": pl.String,
                "n_persons": pl.Int64,
                "n_person_years": pl.Int64,
                "description_da": pl.String,
                "description_en": pl.String,
            },
            orient="row",
        )
        is_small = (pl.col("n_persons") > 0) & (pl.col("n_persons") < min_published_count)
        return frame.select(
            pl.lit(target_group).alias("target_group"),
            "step",
            "reason",
            pl.when(is_small).then(None).otherwise(pl.col("n_persons")).alias("n_persons"),
            pl.when(is_small).then(None).otherwise(pl.col("n_person_years")).alias("n_person_years"),
            "relative_year",
            "event_table",
            "description_da",
            "description_en",
        )

    @staticmethod
    def _describe(row: tuple[str, str, int | None, str | None, int, int]) -> tuple:
        step, reason, relative_year, event_table, n_persons, n_person_years = row
        da, en = STEPS[step]
        if reason != "remaining":
            reason_da, reason_en = REASONS[reason]
            da, en = f"{da}: {reason_da}", f"{en}: {reason_en}"
        number = list(STEPS).index(step)
        return number, reason, relative_year, event_table, n_persons, n_person_years, da, en
