"""Errors of the engine: what is wrong, in four parts, all problems at once, in Danish and English.

Here: the problem, the collector of problems and the two exceptions. Not here: the checks that find problems
(`contract`, `release`, `intervention_check`).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from soem_engine.texts import Language, Text, join_words

_LABELS: Final[dict[str, tuple[str, str, str]]] = {
    "da": ("fundet", "forventet", "gør dette"),
    "en": ("found", "expected", "do this"),
}


CORRECT_VALUE: Final = Text("ret værdien", "correct the value")
TABLE: Final = Text("en tabel med navngivne værdier", "a table of named values")
LIST: Final = Text("en liste", "a list")


@dataclass(frozen=True)
class Problem:
    """One problem: where it is, what was found, what was expected, what to do about it."""

    where: str
    found: Text
    expected: Text
    do_this: Text

    def format(self, language: Language) -> str:
        """Return the problem as lines of text in `language`."""
        found, expected, do_this = _LABELS[language]
        return (
            f"{self.where}\n"
            f"    {found}: {self.found.pick(language)}\n"
            f"    {expected}: {self.expected.pick(language)}\n"
            f"    {do_this}: {self.do_this.pick(language)}"
        )


class EngineError(Exception):
    """The engine cannot go on; `problems` holds everything that is wrong, not the first thing only.

    Parameters
    ----------
    heading
        One line that says what could not be done.
    problems
        All problems found, in the order they were found.
    """

    def __init__(self, heading: Text, problems: Iterable[Problem]) -> None:
        self.heading = heading
        self.problems = tuple(problems)
        super().__init__(self.format("en"))

    def format(self, language: Language) -> str:
        """Return heading and problems as text in `language`."""
        lines = [self.heading.pick(language)]
        lines += [f"  {n}. {problem.format(language)}" for n, problem in enumerate(self.problems, start=1)]
        return "\n".join(lines)


class ReleaseError(EngineError):
    """The release is missing, damaged, or of a contract this engine does not read."""


class InputError(EngineError):
    """The intervention as typed cannot be calculated."""


def make_writing_error(option: str, name: str) -> InputError:
    """Return the error for a file or folder that cannot be written.

    Parameters
    ----------
    option, name
        The option of the command it was asked for with, and the last part of its path.
    """
    problem = Problem(
        f"{option} {name}",
        Text("et sted, der ikke kan skrives", "a place that cannot be written to"),
        Text(
            "en mappe med plads og adgang, og filer, der ikke er åbne i et andet program",
            "a folder with room and access, and files that are not open in another program",
        ),
        Text("luk filerne, eller skriv et andet sted", "close the files, or write elsewhere"),
    )
    return InputError(Text("Resultatet kan ikke skrives:", "The result cannot be written:"), [problem])


class MissingExtraError(EngineError):
    """What was asked for needs an extra of the distribution that is not installed.

    Parameters
    ----------
    extra
        Name of the extra: `report`, `workbook`.
    """

    def __init__(self, extra: str) -> None:
        command = f'pip install "soem-engine[{extra}]"'
        problem = Problem(
            extra,
            Text("tilvalget er ikke installeret", "the extra is not installed"),
            Text(f"soem-engine med tilvalget {extra}", f"soem-engine with the extra {extra}"),
            Text(f"kør: {command}", f"run: {command}"),
        )
        heading = Text(f"Det kræver tilvalget {extra}:", f"That needs the extra {extra}:")
        super().__init__(heading, [problem])


@dataclass
class ProblemList:
    """Collects problems, and remembers where they are so that one mistake is reported once."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, where: str, found: Text, expected: Text, do_this: Text) -> None:
        """Add a problem, unless the same place or a place around it already has one."""
        if not self.is_bad(where):
            self.problems.append(Problem(where, found, expected, do_this))

    def is_bad(self, *places: str) -> bool:
        """Return whether any of the places, or a place around it, already has a problem."""
        return any(_is_inside(place, problem.where) for place in places for problem in self.problems)

    def has_problem_within(self, place: str) -> bool:
        """Return whether the place, a place around it or a place inside it already has a problem."""
        return self.is_bad(place) or any(_is_inside(problem.where, place) for problem in self.problems)


def _is_inside(place: str, outer: str) -> bool:
    return place == outer or place.startswith((outer + ".", outer + "["))


def show_value(value: object) -> Text:
    """Return a value a user typed, quoted and cut to a readable length."""
    if value is None:
        return Text("intet", "nothing")
    text = f"»{value}«" if isinstance(value, str) else str(value)
    return Text(*(2 * (text if len(text) <= 80 else text[:77] + "...",)))


def suggest(word: str, known: Iterable[str], names: Mapping[str, Text] | None = None) -> Text:
    """Return a "did you mean" that names the known words nearest to `word`, or lists a few of them.

    Parameters
    ----------
    word
        What was typed.
    known
        The words there are.
    names
        What they are called, by word: who types »hjemløse« or »kommune« is told the word for it.
    """
    candidates = sorted(known)
    near = difflib.get_close_matches(word.lower(), candidates, n=3, cutoff=0.6)
    called = {name.lower(): key for key in candidates for name in (names or {}).get(key, ())}
    if not near and called:
        found = difflib.get_close_matches(word.lower(), called, n=3, cutoff=0.6)
        near = list(dict.fromkeys(called[name] for name in found))
    if near:
        return Text(
            f"mente du {join_words(near, 'eller')}?",
            f"did you mean {join_words(near, 'or')}?",
        )
    shown = ", ".join(candidates[:12]) + (", ..." if len(candidates) > 12 else "")
    return Text(f"brug en af: {shown}", f"use one of: {shown}")
