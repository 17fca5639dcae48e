"""A number's passport: everything a release knows of where the number comes from.

Belongs here: the shape of a passport. Does not belong here: reading it from a release (`read_passport`), telling it
(`tell_passport`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

Row = Mapping[str, Any]
"""A row of a release table, by column."""


@dataclass(frozen=True)
class RegisterRead:
    """A register behind a number: its files, with the SHA-256 of each."""

    register: str
    files: Mapping[str, str]


@dataclass(frozen=True)
class EventsCovered:
    """Events behind a number: full calendar years covered, and where there are gaps.

    Attributes
    ----------
    events : str
    years : tuple of int
    gaps : tuple of (int, str, int or None)
        Calendar year, reason, and how many municipalities are not covered; None: none is.
    """

    events: str
    years: tuple[int, ...]
    gaps: tuple[tuple[int, str, int | None], ...]


@dataclass(frozen=True)
class DeclarationRead:
    """A declaration behind a number: SHA-256 (empty: not in this release) and its known changes, newest first."""

    declaration: str
    sha256: str
    changes: tuple[Row, ...] | None


@dataclass(frozen=True)
class Passport:
    """A passport, put together from a release.

    Attributes
    ----------
    number_id, number_kind, disclosure : str
    relative_year : int or None
        None for a price.
    release, consequence : Row
    target_group : Row or None
        None for a national price.
    estimate : Row or None
        None for a price, and for a year that is not estimated.
    adjustments : tuple of Row
        Adjustment by covariate.
    years : tuple of Row
        Years 1 to the profile's end: success group, others, adjustment, published.
    profiles : tuple of Row
        The views of this year, each with the weights that make its value.
    attrition : tuple of Row
        From all persons in the registers to the sample of this year; of a year that is not observed, of the last one.
    price : Row or None
    payers, figures, index, shares : tuple of Row
        For a price: all three payers, the figures, the index of their years, and the shares of its rule.
    registers : tuple of RegisterRead
    coverage : tuple of EventsCovered
    declarations : tuple of DeclarationRead
    corrections : tuple of Row
    changes : tuple of Row or None
        What each cause moved since the release before; None where the release was not compared.
    made : Row
        Version, time, commit, packages and seeds of the release.
    """

    number_id: str
    number_kind: str
    disclosure: str
    relative_year: int | None
    release: Row
    consequence: Row
    target_group: Row | None
    estimate: Row | None
    adjustments: tuple[Row, ...]
    years: tuple[Row, ...]
    profiles: tuple[Row, ...]
    attrition: tuple[Row, ...]
    price: Row | None
    payers: tuple[Row, ...]
    figures: tuple[Row, ...]
    index: tuple[Row, ...]
    shares: tuple[Row, ...]
    registers: tuple[RegisterRead, ...]
    coverage: tuple[EventsCovered, ...]
    declarations: tuple[DeclarationRead, ...]
    corrections: tuple[Row, ...]
    changes: tuple[Row, ...] | None
    made: Row

    def to_json(self) -> dict[str, Any]:
        """Return the passport as plain data; dates are texts."""
        return _make_plain(asdict(self))


def _make_plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _make_plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_make_plain(inner) for inner in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
