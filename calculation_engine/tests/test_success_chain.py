"""From a standardised effect to a net success share: the probit, its slope, where the numbers come from."""

from __future__ import annotations

import dataclasses
from statistics import NormalDist
from typing import Any

import pytest

from soem_engine import (
    InputError,
    Intervention,
    Release,
    SuccessChain,
    TargetGroupInput,
    calculate,
    format_result,
)
from soem_engine.report.build_report import build_report
from soem_engine.success_share import convert_effect_size


def _with_chain(intervention: Intervention, group: str = "adults", **chain: Any) -> Intervention:
    inputs = TargetGroupInput(
        group, {2024: 10.0}, None, "", success_chain=SuccessChain(reason="ligner vores", **chain)
    )
    return dataclasses.replace(intervention, target_groups=(inputs,))


@pytest.mark.parametrize(
    ("effect", "base", "share"), [(0.0, 0.3, 0.0), (0.3, 0.5, 0.11791), (-0.5, 0.2, -0.11014)]
)
def test_known_values(effect: float, base: float, share: float) -> None:
    assert convert_effect_size(effect, base)[0] == pytest.approx(share, abs=1e-5)


@pytest.mark.parametrize("base", [0.02, 0.4, 0.9])
def test_slope_is_the_derivative(base: float) -> None:
    step = 1e-6
    above, below = (convert_effect_size(0.25 + sign * step, base)[0] for sign in (1, -1))
    assert convert_effect_size(0.25, base)[1] == pytest.approx((above - below) / (2 * step), rel=1e-6)


def test_a_study_of_the_release_with_the_groups_base_share(
    rich_release: Release, intervention: Intervention
) -> None:
    result = calculate(rich_release, _with_chain(intervention, effect_study="s1"))
    success = result.parts[0].success
    normal = NormalDist()
    assert (success.base_share, success.effect_size) == (0.4, 0.3)
    assert success.share == pytest.approx(normal.cdf(normal.inv_cdf(0.4) + 0.3) - 0.4)
    assert success.standard_error == pytest.approx(0.1 * normal.pdf(normal.inv_cdf(0.4) + 0.3))
    assert success.is_assumed
    typed = TargetGroupInput("adults", {2024: 10.0}, success.share, "samme tal")
    same = calculate(rich_release, dataclasses.replace(intervention, target_groups=(typed,)))
    assert result.net_present_value == pytest.approx(same.net_present_value, abs=1e-6)


def test_it_is_marked_as_assumed_and_printed(rich_release: Release, intervention: Intervention) -> None:
    result = calculate(rich_release, _with_chain(intervention, effect_study="s2"))
    codes = {caveat.code for caveat in result.caveats}
    assert {"success_share_assumed", "synthetic_study"} <= codes
    page = " ".join(format_result(result).split())
    assert "ligner vores" in page and "s2: ICM, trivsel" in page
    assert result.to_dict()["target_groups"][0]["net_success_share_is_assumed"]


def test_an_unknown_standard_error_is_not_said_to_be_zero(
    rich_release: Release, intervention: Intervention
) -> None:
    result = calculate(rich_release, _with_chain(intervention, effect_study="s2"))
    told = [" ".join(format_result(result, language).split()) for language in ("da", "en")]
    assert "effekt 0,20 (standardfejl kendes ikke)" in told[0] and "standard error not known" in told[1]
    assert "standardfejl 0,0" not in told[0] and "standard error 0.0" not in told[1]
    assert result.to_dict()["target_groups"][0]["net_success_share_standard_error"] is None
    report = repr(build_report(result))
    assert "0,20 (standardfejl kendes ikke)" in report and "antaget; standardfejl kendes ikke" in report


def test_an_effect_and_a_base_share_of_ones_own(rich_release: Release, intervention: Intervention) -> None:
    own = _with_chain(
        intervention,
        effect_size=0.5,
        effect_size_standard_error=0.2,
        base_share=0.1,
        base_share_reason="egne tal",
    )
    success = calculate(rich_release, own).parts[0].success
    assert success.share == pytest.approx(convert_effect_size(0.5, 0.1)[0])
    assert success.standard_error == pytest.approx(0.2 * convert_effect_size(0.5, 0.1)[1])


@pytest.mark.parametrize(
    ("chain", "place"),
    [
        ({"effect_study": "s9"}, "success_chain.effect_study"),
        ({"effect_study": "s1", "effect_size": 0.2}, "success_chain.effect_study"),
        ({}, "success_chain.effect_study"),
        ({"effect_size": 0.2, "base_share": 1.0, "base_share_reason": "x"}, "success_chain.base_share"),
        ({"effect_size": 0.2, "base_share": 0.3}, "success_chain.base_share_reason"),
        ({"effect_size": 9.0}, "success_chain.effect_size"),
    ],
)
def test_what_cannot_be_a_chain(
    chain: dict[str, Any], place: str, rich_release: Release, intervention: Intervention
) -> None:
    with pytest.raises(InputError) as raised:
        calculate(rich_release, _with_chain(intervention, **chain))
    assert f"target_groups[1].{place}" in [problem.where for problem in raised.value.problems]


def test_no_base_share_in_the_release(release: Release, intervention: Intervention) -> None:
    with pytest.raises(InputError, match="base_share"):
        calculate(release, _with_chain(intervention, effect_size=0.2))


def test_share_and_chain_at_once(rich_release: Release, intervention: Intervention) -> None:
    both = _with_chain(intervention, effect_size=0.2)
    group = dataclasses.replace(both.target_groups[0], net_success_share=0.1, net_success_share_reason="r")
    with pytest.raises(InputError, match="net_success_share or success_chain"):
        calculate(rich_release, dataclasses.replace(both, target_groups=(group,)))
