"""The net success share: as typed, or through the chain of three effect levels.

A standardised effect d moves the share who succeed from the base share p to Φ(Φ⁻¹(p) + d): success is taken to be a
latent normal variable above a threshold, the probit. Its standard error follows by the delta method.

Here: the share and its uncertainty. Not here: what it is used on (`group_part`).
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

from soem_engine.group_inputs import TargetGroupInput
from soem_engine.knowledge import EffectStudy, TargetGroup
from soem_engine.texts import Text

_NORMAL = NormalDist()
UNKNOWN_ERROR: Final = Text("kendes ikke", "not known")


@dataclass(frozen=True)
class SuccessShare:
    """A group's net success share (0-1) and where it comes from.

    Attributes
    ----------
    share, standard_error
        The net success share; its standard error, 0 where it is typed or that of the effect is not known.
    base_share
        Share who succeed without the intervention; None where the chain is not used.
    effect_size, effect_size_standard_error
        Standardised effect, positive is favourable; its standard error, None where it is not known.
    study
        The effect study, if one of the release's is used.
    is_assumed
        Whether the share rests on the probit and not on the user's own figure.
    """

    share: float
    standard_error: float = 0.0
    base_share: float | None = None
    effect_size: float | None = None
    effect_size_standard_error: float | None = None
    study: EffectStudy | None = None
    is_assumed: bool = False


def find_success_share(
    group: TargetGroupInput, released: TargetGroup, studies: dict[str, EffectStudy]
) -> SuccessShare:
    """Return a group's net success share; the inputs must have been checked."""
    chain = group.success_chain
    if chain is None:
        return SuccessShare(float(group.net_success_share or 0.0))
    study = None if chain.effect_study is None else studies[chain.effect_study]
    effect = study.effect_size if study else float(chain.effect_size or 0.0)
    error = study.standard_error if study else chain.effect_size_standard_error
    base = chain.base_share if chain.base_share is not None else released.base_share
    if base is None:
        raise ValueError("a chain without a base share must have been refused")
    share, slope = convert_effect_size(effect, base)
    return SuccessShare(share, slope * (error or 0.0), base, effect, error, study, is_assumed=True)


def convert_effect_size(effect_size: float, base_share: float) -> tuple[float, float]:
    """Return the net success share of a standardised effect, and its slope.

    Parameters
    ----------
    effect_size
        In standard deviations of the measure, positive is favourable.
    base_share
        Between 0 and 1: who succeed without the intervention.

    Returns
    -------
    share, slope
        Φ(Φ⁻¹(p) + d) - p, and φ(Φ⁻¹(p) + d), the share's change per unit of effect.

    Sources
    -------
    Probit as in Cohen's U₃ carried to any threshold; assumed (method §7 leaves the step open).

    Examples
    --------
    >>> share, _ = convert_effect_size(0.3, 0.5)
    >>> round(share, 4)
    0.1179
    """
    reached = _NORMAL.inv_cdf(base_share) + effect_size
    return _NORMAL.cdf(reached) - base_share, _NORMAL.pdf(reached)
