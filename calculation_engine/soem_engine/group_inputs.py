"""The target groups of an intervention as a user types them, and the chain from an effect to SØM's success.

Here: the inputs. Not here: counting participants by year (`participation`), the chain's arithmetic (`success_share`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from soem_engine.amounts import COUNTED, FILLED, SHARE

Population = Literal["adults", "children"]


@dataclass(frozen=True)
class SuccessChain:
    """The chain of three effect levels: own effect measure, effect study, SØM's success criterion.

    A standardised effect d becomes a net success share through the probit of the base share p: if success is a
    latent normal variable above a threshold, d moves the share from p to Φ(Φ⁻¹(p) + d). That is *assumed*.

    Parameters
    ----------
    reason
        Why this study or effect says something about this intervention; printed.
    effect_study
        Key of a study in the release; or the effect itself:
    effect_size
        Standardised effect (effect ÷ standard deviation of the measure); positive is favourable.
    effect_size_standard_error
        Its standard error.
    base_share
        Share (0-1) who reach success without the intervention; default: the release's share of the group's
        person-years.
    base_share_reason
        Why this base share; required where it is typed.
    """

    reason: str = field(metadata=FILLED)
    effect_study: str | None = field(default=None, metadata={"unless": ("effect_size",)})
    effect_size: float | None = field(default=None, metadata={"minimum": -5.0, "maximum": 5.0})
    effect_size_standard_error: float | None = field(default=None, metadata={"minimum": 0.0, "maximum": 5.0})
    base_share: float | None = field(default=None, metadata=SHARE)
    base_share_reason: str = ""


@dataclass(frozen=True)
class OwnGroup:
    """A target group the release does not have: own numbers only, prices of the release.

    Parameters
    ----------
    name
        Its name.
    success
        What success means for it.
    population
        `adults` or `children`.
    """

    name: str = field(metadata=FILLED)
    success: str = field(metadata=FILLED)
    population: Population


@dataclass(frozen=True)
class TargetGroupInput:
    """One target group of the intervention.

    Parameters
    ----------
    target_group
        Key of the target group in the release; with `own_group` a key of one's own.
    participants
        Persons who *complete* the intervention, by calendar year of completion. Or `starting`.
    net_success_share
        Share (0-1) of those completing who reach SØM's success criterion *because of* the intervention
        (12 % with it, 2 % without: 0.10). None where `success_chain` says it.
    net_success_share_reason
        Why this share, in the user's words; printed with every result.
    starting
        Persons who *start*, by calendar year, instead of `participants`. Starts are spread evenly over the year;
        who starts and does not drop out completes `duration_months` later.
    duration_months
        Length of the course, 0-60; 0: completed at once.
    dropout_share
        Share (0-1) of those starting who leave; half-way through the course on average.
    success_chain
        The net success share from an effect size.
    own_group
        Declares a group of one's own.
    """

    target_group: str = field(metadata=FILLED)
    participants: Mapping[int, float] = field(metadata={**COUNTED, "unless": ("starting",)})
    net_success_share: float | None = field(metadata={**SHARE, "unless": ("success_chain",)})
    net_success_share_reason: str = field(metadata={"unless": ("success_chain",)})
    starting: Mapping[int, float] = field(default_factory=dict, metadata=COUNTED)
    duration_months: float = field(default=0.0, metadata={"minimum": 0.0, "maximum": 60.0})
    dropout_share: float = field(default=0.0, metadata=SHARE)
    success_chain: SuccessChain | None = None
    own_group: OwnGroup | None = None
