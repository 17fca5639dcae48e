"""What travels with a result: warnings, and what is left out.

Here: the shapes and the words of the reasons. Not here: when a warning is due (`caveats`, `input_caveats`) and what is
left out (`not_counted`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from soem_engine.texts import Text

NOT_COUNTED_REASONS: Final[dict[str, Text]] = {
    "not_observed": Text("ikke observeret i registrene", "not observed in the registers"),
    "not_estimable": Text("kan ikke estimeres", "cannot be estimated"),
    "suppressed": Text("tilbageholdt af hensyn til fortrolighed", "withheld for confidentiality"),
    "no_row": Text("udgivelsen har ingen værdi", "the release has no value"),
    "switched_off": Text("slået fra af brugeren", "switched off by the user"),
    "not_measured": Text("ingen data", "no data"),
}


@dataclass(frozen=True)
class Caveat:
    """A warning that travels with every output: a stable `code` for programs, a text for people."""

    code: str
    text: Text


@dataclass(frozen=True)
class NotCounted:
    """What is left out of the result because it is not known or was switched off; never counted as zero.

    `relative_years` are the years of the profile; empty where the whole consequence is left out.
    """

    target_group: str
    name: Text
    consequence: str | None
    relative_years: tuple[int, ...]
    reason: str
