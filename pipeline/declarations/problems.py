"""Collecting every problem before saying anything: one error that lists them all.

Belongs here: the shape of a problem and how problems are told. Does not belong here: any check.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Problem:
    """One mistake: where it is, what was found, what was expected, what to do."""

    where: str
    found: str
    expected: str
    do: str

    def __str__(self) -> str:
        """Tell the problem in four lines."""
        return f"{self.where}\n    found:    {self.found}\n    expected: {self.expected}\n    do this:  {self.do}"


class InputError(ValueError):
    """Bad input: every problem found, and what could not be checked because of them."""

    def __init__(self, title: str, problems: Iterable[Problem], not_checked: Iterable[str] = ()) -> None:
        self.title = title
        self.problems = tuple(problems)
        self.not_checked = tuple(not_checked)
        lines = [f"{title}: {len(self.problems)} problem{'s' if len(self.problems) != 1 else ''}"]
        lines += [f"{number:3d}. {problem}" for number, problem in enumerate(self.problems, 1)]
        if self.not_checked:
            lines.append("Not checked because of these problems:")
            lines += [f"  - {name}" for name in self.not_checked]
        super().__init__("\n".join(lines))


@dataclass
class Problems:
    """A growing list of problems; `raise_if_any` tells them all at once."""

    items: list[Problem] = field(default_factory=list)
    not_checked: list[str] = field(default_factory=list)

    def add(self, where: str, found: str, expected: str, do: str) -> None:
        """Add one problem."""
        self.items.append(Problem(where, found, expected, do))

    def add_unknown(self, where: str, word: str, known: Iterable[str], kind: str) -> None:
        """Add an unknown word, with the nearest known words as the suggestion."""
        known = sorted(known)
        near = difflib.get_close_matches(word, known, n=3, cutoff=0.5)
        do = (
            f"did you mean {' or '.join(repr(n) for n in near)}?" if near else "use one of the expected names"
        )
        shown = ", ".join(known) if len(known) <= 12 else f"one of {len(known)} {kind} names"
        self.add(where, f"unknown {kind} {word!r}", shown, do)

    def raise_if_any(self, title: str) -> None:
        """Raise `InputError` when there is at least one problem.

        Raises
        ------
        InputError
            With all problems collected so far.
        """
        if self.items:
            raise InputError(title, self.items, self.not_checked)
