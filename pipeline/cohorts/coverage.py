"""Which years and municipalities a rule or a consequence may be judged in.

Belongs here: reading the declared coverage of registers. Does not belong here: the declarations themselves
(`pipeline/declarations/registers`) or the table of coverage (`pipeline/quantities`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from pipeline.declarations.register_layout import Cover, RegisterLayout, RegisterLayouts
from pipeline.declarations.vocabulary import EVENT_TABLES


@dataclass(frozen=True)
class Read:
    """Rows of an event table that a rule or a consequence counts.

    Attributes
    ----------
    events : str
        Event table.
    values : mapping of str to tuple
        Attribute to the values that count; attributes not named count whole.
    """

    events: str
    values: Mapping[str, tuple]


@dataclass(frozen=True)
class Coverage:
    """The declared coverage of all registers of a delivery.

    Attributes
    ----------
    layouts : RegisterLayouts
        As declared.
    """

    layouts: RegisterLayouts

    @cached_property
    def _covers(self) -> dict[str, tuple[tuple[RegisterLayout, Cover], ...]]:
        by_table: dict[str, list[tuple[RegisterLayout, Cover]]] = {}
        for layout in self.layouts.registers.values():
            for cover in layout.covers:
                by_table.setdefault(cover.events, []).append((layout, cover))
        return {name: tuple(covers) for name, covers in by_table.items()}

    def covered_years(self, read: Read) -> frozenset[int]:
        """Return the full calendar years in which everything that `read` counts is covered."""
        years: frozenset[int] | None = None
        for covers in self._covers_by_value(read):
            covered = frozenset(
                year
                for layout, cover in covers
                for year in range(cover.first_year, cover.last_year + 1)
                if layout.is_delivered(year)
                and all(self.layouts[need].is_delivered(year) for need in cover.needs)
            )
            years = covered if years is None else years & covered
        return years or frozenset()

    def excepted(self, read: Read) -> frozenset[tuple[int, int]]:
        """Return (year, municipality code) pairs in which `read` is not covered though the year is."""
        return frozenset(
            (exception.year, municipality)
            for covers in self._covers_by_value(read)
            for _, cover in covers
            for exception in cover.exceptions
            for municipality in exception.municipalities
        )

    def look_back_from(self, read: Read) -> int:
        """Return the first year good enough to look back for earlier events."""
        return max(min(cover.look_back_from for _, cover in covers) for covers in self._covers_by_value(read))

    def _covers_by_value(self, read: Read) -> Iterator[tuple[tuple[RegisterLayout, Cover], ...]]:
        """Give, for each value counted, the covers that hold it."""
        covers = self._covers[read.events]
        attribute = next((cover.attribute for _, cover in covers if cover.attribute), None)
        if attribute is None:
            yield covers
            return
        declared = EVENT_TABLES[read.events].attribute(attribute)
        wanted = read.values.get(attribute) or (declared.values if declared else ())
        for value in wanted:
            yield tuple(pair for pair in covers if pair[1].attribute is None or value in pair[1].values)
