"""What a definition file and a target group are, once read and checked.

Belongs here: the typed objects and what can be asked of them. Does not belong here: reading files
(`target_groups`), SQL (`compile_sql`), prose (`prose`).
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.declarations.method import Method
from pipeline.declarations.read_toml import Text
from pipeline.declarations.rules import Rule


@dataclass(frozen=True)
class Basis:
    """What a rule rests on.

    Attributes
    ----------
    basis : str
        documented (a source states it), inferred (from one) or assumed (our reading).
    reason : Text
        Why.
    source : str
        Where it is said; for assumed rules what comes nearest.
    """

    basis: str
    reason: Text
    source: str


@dataclass(frozen=True)
class Judgement:
    """Whether municipalities work with the group: yes, partly or unclear, with the reason."""

    judgement: str
    reason: Text
    source: str


@dataclass(frozen=True)
class Change:
    """One step in the history of a definition."""

    year: int
    text: Text
    source: str


@dataclass(frozen=True)
class AgeBand:
    """One target group of a definition file: its key, ages on 31 December of year 0 (both included), and bases.

    `basis_membership` and `basis_success` are the file's, or the band's own where it states them.
    """

    target_group: str
    age_from: int
    age_to: int
    basis_membership: Basis
    basis_success: Basis


@dataclass(frozen=True)
class Definition:
    """One definition file.

    Attributes
    ----------
    definition : str
        The file's name without .toml.
    kind : str
        register_rule, union or literature_only.
    entry : str
        first, every_year or one_random_year; '' when literature_only.
    membership, success : Rule or None
        Judged in the base year and the year after; None for a union and when literature_only.
    union_of : tuple of Definition
        The definitions of a union, in file order.
    age_bands : tuple of AgeBand
        Empty when literature_only.
    method_overrides : tuple of (str, value)
        Keys of method.toml with the definition's own value.
    file_hashes : tuple of (str, str)
        SHA-256 of the parsed content of this file and of every definition it names, by definition, sorted.
    """

    definition: str
    name: Text
    area: str
    kind: str
    entry: str
    purpose: Text
    limitations: tuple[Text, ...]
    meaningful: Judgement
    history: tuple[Change, ...]
    notes: tuple[Text, ...]
    source: str
    membership: Rule | None
    success: Rule | None
    union_of: tuple[Definition, ...]
    age_bands: tuple[AgeBand, ...]
    method_overrides: tuple[tuple[str, object], ...]
    file_hashes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class TargetGroup:
    """One target group: an age band of a definition, with the method that holds for it.

    Attributes
    ----------
    target_group : str
        The key, as in catalogue and release.
    definition : Definition
        What it is an age band of.
    band : AgeBand or None
        None when literature_only.
    method : Method
        method.toml with the definition's overrides.
    definition_hash : str
        SHA-256 over method.toml, the definition's file and the definitions it names.
    """

    target_group: str
    definition: Definition
    band: AgeBand | None
    method: Method
    definition_hash: str

    @property
    def name(self) -> Text:
        """Give the name; ages stand in it where they stand in the key."""
        name = self.definition.name
        if self.band is None or self.target_group == self.definition.definition:
            return name
        ages = f"{self.band.age_from}–{self.band.age_to}"
        return Text(f"{name.da} ({ages} år)", f"{name.en} (aged {ages})")

    @property
    def age_from(self) -> int | None:
        """Lowest age on 31 December of year 0; None when literature_only."""
        return None if self.band is None else self.band.age_from

    @property
    def age_to(self) -> int | None:
        """Highest age on 31 December of year 0; None when literature_only."""
        return None if self.band is None else self.band.age_to

    @property
    def area(self) -> str:
        """children_and_youth, vulnerable_adults or adults_with_disabilities."""
        return self.definition.area

    @property
    def is_children(self) -> bool:
        """True for groups of children and young people: parents' background, children's consequences."""
        return self.definition.area == "children_and_youth"

    @property
    def kind(self) -> str:
        """register_rule, union or literature_only."""
        return self.definition.kind

    @property
    def is_estimated(self) -> bool:
        """False when the group has a literature overview only."""
        return self.definition.kind != "literature_only"

    @property
    def entry(self) -> str:
        """first, every_year or one_random_year."""
        return self.definition.entry

    @property
    def union_of(self) -> tuple[str, ...]:
        """Names of the definitions of a union; empty otherwise."""
        return tuple(part.definition for part in self.definition.union_of)

    @property
    def limitations(self) -> tuple[Text, ...]:
        """What a reader of any number of the group must know."""
        return self.definition.limitations

    @property
    def source(self) -> str:
        """Sources of definition, membership and success, each once."""
        sources = [self.definition.source]
        if self.band is not None:
            sources += [self.band.basis_membership.source, self.band.basis_success.source]
        return " · ".join(dict.fromkeys(sources))
