"""Builds a report's document from what was calculated.

Here: which sections there are, in which order: warnings first, then the result, charts, tables, and last all inputs
and sources. Not here: what a section says, how it looks.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

from soem_engine.combination import Combination
from soem_engine.comparison import Comparison
from soem_engine.report.document import Document, Section
from soem_engine.report.input_sections import make_inputs
from soem_engine.report.joint_sections import (
    describe_overlaps,
    list_combination_figures,
    list_comparison_figures,
    make_side_by_side,
    say_combination,
    say_comparison,
)
from soem_engine.report.method_section import make_method
from soem_engine.report.outcome import make_joint_outcome, make_outcome
from soem_engine.report.result_sections import (
    list_key_figures,
    make_figures,
    make_result,
    make_warnings,
    say_result,
)
from soem_engine.report.result_tables import make_joint_tables, make_tables
from soem_engine.report.sensitivity_section import make_sensitivity
from soem_engine.report.source_sections import make_not_counted, make_sources
from soem_engine.report.uncertainty_section import make_uncertainty
from soem_engine.report.wording import Words
from soem_engine.result import Result
from soem_engine.texts import Language

if TYPE_CHECKING:
    from soem_engine.sensitivity import Sensitivity
    from soem_engine.uncertainty import MonteCarlo

Subject = Result | Comparison | Combination


def build_report(
    subject: Subject,
    language: Language = "da",
    sensitivity: Sensitivity | None = None,
    monte_carlo: MonteCarlo | None = None,
) -> Document:
    """Return the document of a calculation, a comparison or several interventions together.

    Parameters
    ----------
    subject
        What was calculated.
    language
        `da` or `en`; the user's own texts stay as typed.
    sensitivity, monte_carlo
        Analyses of the same subject, shown where given.
    """
    words = Words(language)
    results: tuple[Result, ...]
    match subject:
        case Result():
            front, results = _open_result(subject, monte_carlo, words), (subject,)
            title, kind = subject.intervention.name, words.say("SØM-beregning", "SØM calculation")
        case Comparison():
            front, results = _open_comparison(subject, monte_carlo, words), (subject.new, subject.existing)
            new, old = (result.intervention.name for result in results)
            title = words.say(f"{new} i stedet for {old}", f"{new} instead of {old}")
            kind = words.say("SØM-sammenligning", "SØM comparison")
        case Combination():
            front, results = _open_combination(subject, monte_carlo, words), subject.counted
            title, kind = (
                subject.plan.name,
                words.say("SØM-beregning af flere indsatser", "SØM calculation, several interventions"),
            )
    sections = [
        *front[:-1],
        *([] if sensitivity is None else [make_sensitivity(sensitivity, words)]),
        *([] if monte_carlo is None else [make_uncertainty(monte_carlo, words)]),
        front[-1],
        make_not_counted(results, words),
        make_method(results[0], words),
        *_list_inputs(results, words),
        *make_sources(results, words),
    ]
    return _make_document(results, title, kind, sections, words)


def _open_result(result: Result, monte_carlo: MonteCarlo | None, words: Words) -> list[Section]:
    outcome = make_outcome(result, words)
    caption = words.say("Nutidsværdi efter betaler", "Present value by payer")
    figures = list_key_figures(result, monte_carlo, words)
    return [
        make_warnings(result.caveats, words),
        make_result(outcome, figures, say_result(result, words), caption, words),
        make_figures(outcome, words),
        make_tables(result, outcome, words),
    ]


def _open_comparison(comparison: Comparison, monte_carlo: MonteCarlo | None, words: Words) -> list[Section]:
    outcome = make_joint_outcome(comparison, comparison.new, words)
    figures = list_comparison_figures(comparison, outcome, monte_carlo, words)
    difference = words.say("Forskel", "Difference")
    caption = words.say("Forskel i nutidsværdi efter betaler", "Difference in present value by payer")
    return [
        make_warnings(comparison.caveats, words),
        make_result(outcome, figures, say_comparison(comparison, words), caption, words),
        make_side_by_side((comparison.new, comparison.existing), (difference, outcome), words),
        make_figures(outcome, words),
        make_joint_tables(comparison, outcome, words),
    ]


def _open_combination(
    combination: Combination, monte_carlo: MonteCarlo | None, words: Words
) -> list[Section]:
    outcome = make_joint_outcome(combination, combination.counted[0], words)
    figures = list_combination_figures(combination, outcome, monte_carlo, words)
    together = words.say("Tilsammen", "Together")
    caption = words.say(
        "Nutidsværdi efter betaler, alle indsatser", "Present value by payer, all interventions"
    )
    return [
        make_warnings(combination.caveats, words),
        make_result(outcome, figures, say_combination(combination, words), caption, words),
        make_side_by_side(combination.counted, (together, outcome), words),
        describe_overlaps(combination, words),
        make_figures(outcome, words),
        make_joint_tables(combination, outcome, words),
    ]


def _list_inputs(results: Sequence[Result], words: Words) -> list[Section]:
    """Return the inputs of every result; of several each under its own name."""
    if len(results) == 1:
        return make_inputs(results[0], words)
    sections = []
    for number, result in enumerate(results, start=1):
        for section in make_inputs(result, words):
            title = f"{section.title}: {result.intervention.name}" if section.level == 1 else section.title
            sections.append(dataclasses.replace(section, key=f"{section.key}-{number}", title=title))
    return sections


def _make_document(
    results: Sequence[Result], title: str, kind: str, sections: list[Section], words: Words
) -> Document:
    release = results[0].release
    groups = dict.fromkeys(words.pick(group.name) for result in results for group in result.target_groups)
    name = (
        words.say("Målgruppe", "Target group")
        if len(groups) == 1
        else words.say("Målgrupper", "Target groups")
    )
    day = release.made_on
    facts = [f"{words.say('Udgivelse', 'Release')} {release.version}"]
    if day is not None:
        facts.append(words.say(f"udgivet {words.date(day)}", f"published {words.date(day)}"))
    facts.append(f"soem-engine {results[0].engine_version}")
    running = facts[0]
    if release.is_sample:
        running += words.say(" · opdigtede registre", " · invented registers")
    return Document(
        language=words.language,
        kind=kind,
        title=title,
        subtitle=f"{name}: {words.join(groups)}",
        facts=tuple(facts),
        date=day,
        running=running,
        sections=tuple(sections),
    )
