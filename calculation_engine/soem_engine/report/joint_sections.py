"""The first pages of a comparison and of several interventions together.

Here: what they say. Not here: one calculation (`result_sections`), the analyses (`comparison`, `combination`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from soem_engine.combination import Combination
from soem_engine.comparison import Comparison
from soem_engine.report.document import Column, KeyFigure, Paragraph, Row, Section, Table
from soem_engine.report.outcome import Outcome
from soem_engine.report.result_sections import make_break_even_figure, make_chance_figure
from soem_engine.report.wording import DASH, Words
from soem_engine.result import Result

if TYPE_CHECKING:
    from soem_engine.uncertainty import MonteCarlo


def say_comparison(comparison: Comparison, words: Words) -> str:
    """Return the result of a comparison in one sentence."""
    value, new, old = (
        comparison.net_present_value,
        comparison.new.intervention,
        comparison.existing.intervention,
    )
    money = words.dkk(abs(value))
    better = value >= 0
    return words.say(
        f"»{new.name}« giver det offentlige {money} {'mere' if better else 'mindre'} i nettonutidsværdi end "
        f"»{old.name}«.",
        f"“{new.name}” gives the public sector {money} {'more' if better else 'less'} in net present value than "
        f"“{old.name}”.",
    )


def say_combination(combination: Combination, words: Words) -> str:
    """Return the result of several interventions together in one sentence."""
    value, n = combination.net_present_value, len(combination.counted)
    money = words.dkk(abs(value))
    effect = words.say("sparer" if value >= 0 else "bruger", "saves" if value >= 0 else "spends")
    return words.say(
        f"Med de {n} indsatser tilsammen {effect} det offentlige netto {money} i nutidsværdi.",
        f"With the {n} interventions together the public sector {effect} {money} net, in present value.",
    )


def list_comparison_figures(
    comparison: Comparison, outcome: Outcome, monte_carlo: MonteCarlo | None, words: Words
) -> list[KeyFigure]:
    """Return the key figures of a comparison."""
    extra = comparison.extra_cost_per_extra_success
    figures = [
        KeyFigure(
            words.say("Forskel i nettonutidsværdi", "Difference in net present value"),
            words.dkk(comparison.net_present_value),
            words.say("ny minus eksisterende", "new less existing"),
        ),
        make_break_even_figure(outcome, words),
        KeyFigure(
            words.say("Meromkostning pr. ekstra succes", "Extra cost per extra success"),
            DASH if extra is None else words.dkk(extra),
            _explain_extra(extra, words),
        ),
        _make_municipality_figure(outcome, words),
    ]
    return figures if monte_carlo is None else [*figures, make_chance_figure(monte_carlo, words)]


def _explain_extra(extra: float | None, words: Words) -> str:
    if extra is None:
        return words.say("ingen flere succeser", "no more successes")
    return words.say("minus: den nye er billigere", "minus: the new one is cheaper") if extra < 0 else ""


def list_combination_figures(
    combination: Combination, outcome: Outcome, monte_carlo: MonteCarlo | None, words: Words
) -> list[KeyFigure]:
    """Return the key figures of several interventions together."""
    figures = [
        KeyFigure(
            words.say("Nettonutidsværdi", "Net present value"),
            words.dkk(combination.net_present_value),
            words.say("alle indsatser, overlap taget ud", "all interventions, overlap taken out"),
        ),
        make_break_even_figure(outcome, words),
        KeyFigure(
            words.say("Overlap, der er taget ud", "Overlap taken out"),
            words.dkk(float(np.sum(combination.overlap_dkk))),
            words.say("personer, der lykkes i flere indsatser", "persons who succeed in several"),
        ),
        _make_municipality_figure(outcome, words),
    ]
    return figures if monte_carlo is None else [*figures, make_chance_figure(monte_carlo, words)]


def _make_municipality_figure(outcome: Outcome, words: Words) -> KeyFigure:
    p = outcome.payers.index("municipality")
    return KeyFigure(
        words.say("Kommunens andel", "The municipality's part"),
        words.dkk(float(outcome.net_pv_dkk[:, p].sum())),
        words.say("nettonutidsværdi", "net present value"),
    )


def make_side_by_side(results: Sequence[Result], last: tuple[str, Outcome], words: Words) -> Section:
    """Return the interventions side by side by payer, and what they come to together (`last`)."""
    name, outcome = last
    rows = [
        Row(
            (
                result.intervention.name,
                *(words.number(float(value)) for value in result.net_present_value_by_payer),
                words.number(result.net_present_value),
                DASH if result.break_even_year is None else str(result.break_even_year),
            )
        )
        for result in results
    ]
    net = outcome.net_pv_dkk.sum(axis=0)
    year = DASH if outcome.break_even_year is None else str(outcome.break_even_year)
    totals = (*(words.number(float(value)) for value in net), words.number(float(net.sum())), year)
    rows.append(Row((name, *totals), "total"))
    table = Table(
        words.say(
            "Nettonutidsværdi efter indsats og betaler, kr.",
            "Net present value by intervention and payer, DKK",
        ),
        (
            Column(words.say("Indsats", "Intervention"), is_number=False, share=1),
            *(Column(words.payer(payer)) for payer in outcome.payers),
            Column(words.say("I alt", "Total")),
            Column(words.say("Tjent hjem", "Break-even")),
        ),
        tuple(rows),
    )
    return Section(
        "side-by-side", words.say("Indsatserne side om side", "The interventions side by side"), (table,)
    )


def describe_overlaps(combination: Combination, words: Words) -> Section:
    """Return the overlaps as declared, each with its reason, or why there are none."""
    title = words.say("Overlap mellem indsatserne", "Overlap between the interventions")
    if not combination.plan.overlaps:
        reason = " ".join(combination.plan.no_overlap_reason.split())
        said = words.say("Ingen overlap", "No overlap")
        return Section("overlaps", title, (Paragraph(f"{said}: {reason}"),))
    kinds = {
        "independent": words.say("uafhængigt", "independent"),
        "none": words.say("ingen", "none"),
        "all": words.say("alle", "all"),
    }
    rows = []
    for overlap, doubles in zip(combination.plan.overlaps, combination.double_successes, strict=True):
        persons = ", ".join(f"{year}: {words.plain(n)}" for year, n in sorted(overlap.persons.items()))
        both = words.join([overlap.first, overlap.second])
        taken_out = words.plain(round(float(doubles.sum()), 2))
        rows.append(
            Row((both, persons, kinds[overlap.double_success], taken_out, " ".join(overlap.reason.split())))
        )
    columns = (
        Column(words.say("Indsatser", "Interventions"), is_number=False, share=3),
        Column(words.say("Personer i begge", "Persons in both"), is_number=False, share=2),
        Column(words.say("Lykkes i begge", "Succeed in both"), is_number=False, share=1),
        Column(words.say("Succeser taget ud", "Successes taken out")),
        Column(words.say("Begrundelse", "Reason"), is_number=False, share=3),
    )
    return Section("overlaps", title, (Table(words.say("Overlap", "Overlap"), columns, tuple(rows)),))
