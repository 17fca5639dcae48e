"""What the pipeline found about the edge-case persons, and how it differs from what their files expect.

Belongs here: reading built tables of stages 2 and 3 for one person and telling differences. Does not belong here:
building, or the expectations (`sample_registers/edge_cases`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from pipeline.declarations.vocabulary import EVENT_TABLES
from pipeline.project import Project
from sample_registers.edge_cases import EdgeCase

CODES = ("diagnosis", "atc")
"""Attributes whose expected value is a prefix."""


@dataclass(frozen=True)
class Found:
    """The rows of some persons in the tables of a build."""

    project: Project
    pnrs: tuple[int, ...]

    def read(self, table: str, partition: str | None = None) -> pl.DataFrame:
        """Read a table's rows of the persons."""
        rows = pl.scan_parquet(self.project.tables.pattern(table, partition))
        return rows.filter(pl.col("pnr").is_in(self.pnrs)).collect()

    @cached_property
    def quantities(self) -> pl.DataFrame:
        """person_year_quantities."""
        return self.read("person_year_quantities")

    @cached_property
    def person_years(self) -> pl.DataFrame:
        """person_years."""
        return self.read("person_years")

    @cached_property
    def events(self) -> dict[str, pl.DataFrame]:
        """Every event table."""
        return {table: self.read(table) for table in EVENT_TABLES}

    @cached_property
    def statuses(self) -> pl.DataFrame:
        """success_status of every target group: target_group, pnr, base_year, status."""
        return self._read_groups("success_status", "status")

    @cached_property
    def members(self) -> pl.DataFrame:
        """target_group_members of every target group: target_group, pnr, base_year."""
        return self._read_groups("target_group_members")

    def _read_groups(self, table: str, *columns: str) -> pl.DataFrame:
        return pl.concat(
            self.read(table, group).select(pl.lit(group).alias("target_group"), "pnr", "base_year", *columns)
            for group in self.project.estimated_groups
        )

    def tell_differences(self, case: EdgeCase) -> list[str]:
        """Tell every expectation of a person that the pipeline does not meet: what, expected, found."""
        return [
            f"{what}: expected {expected}, found {found}"
            for compare in (
                self._compare_quantities,
                self._compare_events,
                self._compare_memberships,
                self._compare_person_years,
            )
            for what, expected, found, is_same in compare(case)
            if not is_same
        ]

    def _compare_quantities(self, case: EdgeCase) -> Iterator[tuple[str, object, object, bool]]:
        for entry in case.quantities:
            rows = self.quantities.filter(
                pl.col("pnr") == int(case.pnr),
                pl.col("year") == entry.year,
                pl.col("consequence") == entry.consequence,
            )
            found = rows["quantity"].to_list() or [0.0]
            is_same = len(found) == 1 and abs(found[0] - float(entry.value)) < 1e-9
            is_same &= (rows.height == 0) == (entry.value == 0)
            yield f"{entry.consequence} in {entry.year}", float(entry.value), found, is_same

    def _compare_events(self, case: EdgeCase) -> Iterator[tuple[str, object, object, bool]]:
        for entry in case.events:
            rows = self.events[entry.events].filter(
                pl.col("pnr") == int(case.pnr), pl.col("year") == entry.year
            )
            for attribute, value in entry.where:
                is_code = attribute in CODES
                rows = rows.filter(
                    pl.col(attribute).str.starts_with(value) if is_code else pl.col(attribute) == value
                )
            found = rows.height if entry.measure == "rows" else int(rows[entry.measure].sum())
            what = f"{entry.measure} of {entry.events} {dict(entry.where)} in {entry.year}"
            yield what, entry.value, found, found == entry.value

    def _compare_memberships(self, case: EdgeCase) -> Iterator[tuple[str, object, object, bool]]:
        for entry in case.memberships:
            here = (
                pl.col("pnr") == int(case.pnr),
                pl.col("target_group") == entry.target_group,
                pl.col("base_year") == entry.base_year,
            )
            found = self.statuses.filter(*here)["status"].to_list() or ["not_member"]
            what = f"{entry.target_group} in {entry.base_year}"
            yield what, entry.status, found, found == [entry.status]
            is_member = self.members.filter(*here).height
            yield f"{what}, rows of members", entry.status, is_member, is_member == (found != ["not_member"])

    def _compare_person_years(self, case: EdgeCase) -> Iterator[tuple[str, object, object, bool]]:
        for entry in case.person_years:
            rows = self.person_years.filter(pl.col("pnr") == int(case.pnr), pl.col("year") == entry.year)
            found = rows[entry.column].to_list()
            expected = [] if entry.value is None else [entry.value]
            if entry.value is None:
                found = [None] * rows.height
            yield f"{entry.column} in {entry.year}", entry.value, found, found == expected
