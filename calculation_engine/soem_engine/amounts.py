"""Amounts and shares as a user types them: by year, by payer, by committee.

Here: the smallest inputs. Not here: the records they stand in (`intervention`, `cost_inputs`, `group_inputs`,
`consequence_inputs`), their checks (`intervention_check`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

PAYERS: Final[tuple[str, ...]] = ("municipality", "region", "state")

SHARE: Final = {"minimum": 0.0, "maximum": 1.0}
NOT_NEGATIVE: Final = {"minimum": 0.0}
COUNTED: Final = {"minimum": 0.0, "thousands": True}
FILLED: Final = {"filled": True}
"""Field metadata: the range of a number (`minimum`, `maximum`), a text that must not be empty (`filled`), a field
that may be left out where another is given (`unless`), what the keys of a table are (`keys`), kr., persons, hours and
pieces, where a Danish thousands point is refused (`thousands`)."""


@dataclass(frozen=True)
class YearAmounts:
    """An amount: the same in every year it applies to (`constant`), or one by calendar year (`by_year`).

    Exactly one of the two is given. In a file: a number, or a table `{ 2026 = 100000, 2027 = 120000 }`.
    """

    constant: float | None = None
    by_year: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class PayerShares:
    """Who pays: shares (0-1, together 1). In a file: `"municipality"`, or `{ region = 0.5, state = 0.5 }`."""

    shares: Mapping[str, float]


@dataclass(frozen=True)
class PayerAmounts:
    """kr. by payer; payers not named keep what they had. In a file: `{ municipality = 800.0 }`."""

    by_payer: Mapping[str, float]


@dataclass(frozen=True)
class CommitteeShares:
    """Which committees: shares (0-1, together 1). In a file: `"Socialudvalget"`, or a table of shares."""

    shares: Mapping[str, float]
