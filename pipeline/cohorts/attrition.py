"""Attrition: how many persons and person-years are left at each step, and why the others are not.

Belongs here: the steps, their order and words, adding counts, and the floor below which one is not published. Does
not belong here: the rules that exclude (`members`, `success`, `pipeline/panels`).

A person lies in one leaf, so counts of ranges of leaves add up, persons too. They are withheld when all are added,
never before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

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
    "died": ("død", "died"),
    "emigrated": ("udvandret", "emigrated"),
    "municipality_not_covered": ("kommunen ikke dækket", "municipality not covered"),
    "not_in_population": ("ikke i befolkningsregistret", "not in the population register"),
    "success": ("succesgruppe", "success group"),
    "other": ("andre", "others"),
    "remaining": ("tilbage", "remaining"),
}
"""Why somebody is counted at a step, in the order of the rows."""

Place = tuple[str, str, int | None, str | None]
"""Step, reason, relative year, event table."""

Counts = Mapping[Place, tuple[int, int]]
"""Persons and person-years at each place, in the order of the rows."""


def add_counts(parts: Iterable[Counts]) -> dict[Place, tuple[int, int]]:
    """Add the counts of ranges of leaves.

    Parameters
    ----------
    parts : iterable of Counts
        Each with the same places in the same order.

    Returns
    -------
    dict of Place to (int, int)
    """
    total: dict[Place, tuple[int, int]] = {}
    for part in parts:
        for place, (n_persons, n_person_years) in part.items():
            persons, years = total.get(place, (0, 0))
            total[place] = (persons + n_persons, years + n_person_years)
    return total


def tabulate_attrition(target_group: str, counts: Counts, min_published_count: int) -> pl.DataFrame:
    """Return the rows as published: counts of fewer persons than the floor, but not 0, are null.

    Parameters
    ----------
    target_group : str
    counts : Counts
        Of all leaves. A reason that holds for nobody has no row.
    min_published_count : int
        Lowest number of persons published (persons).

    Returns
    -------
    polars.DataFrame
        Columns target_group, step, reason, n_persons, n_person_years, relative_year, event_table,
        description_da, description_en.
    """
    frame = pl.DataFrame(
        [
            _describe(place, numbers)
            for place, numbers in counts.items()
            if place[1] == "remaining" or numbers[0]
        ],
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


def _describe(place: Place, numbers: tuple[int, int]) -> tuple:
    step, reason, relative_year, event_table = place
    da, en = STEPS[step]
    if reason != "remaining":
        reason_da, reason_en = REASONS[reason]
        da, en = f"{da}: {reason_da}", f"{en}: {reason_en}"
    number = list(STEPS).index(step)
    return number, reason, relative_year, event_table, *numbers, da, en
