"""method.toml as a typed object: every choice common to all target groups, with its source.

Belongs here: the keys, their types and allowed values, overrides by a target group. Does not belong here: how a
choice is carried out.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.declarations.problems import Problems
from pipeline.declarations.read_toml import (
    Text,
    check_keys,
    hash_content,
    read_toml,
    take_string,
    take_text,
    take_word,
)
from pipeline.declarations.vocabulary import BASES

WORDS: dict[str, tuple[str, ...]] = {
    "age_rule": ("on_31_december",),
    "residence_rule": ("on_31_december",),
    "assessable_rule": ("resident_end_of_year_1",),
    "covariate_set": ("soem", "soem_plus_origin"),
    "inference": ("crv1_by_person",),
    "taper": ("linear", "none"),
}
VIEWS = ("soem_classic", "all_estimates")
WHOLE_NUMBERS: dict[str, tuple[int, int]] = {
    "first_year": (1980, 2100),
    "last_year": (1980, 2100),
    "first_base_year": (1980, 2100),
    "last_base_year": (1980, 2100),
    "look_back_years": (0, 30),
    "relative_years": (1, 30),
    "profile_years": (1, 80),
    "price_year": (1980, 2100),
    "max_contacts": (0, 366),
    "min_persons_per_arm": (5, 1000),
    "min_users_per_arm": (5, 1000),
    "min_published_count": (5, 1000),
    "lpr3_inpatient_hours": (1, 24),
    "course_gap_days": (0, 366),
    "school_weeks": (1, 53),
}
SHARES = ("confidence_level", "significance_level")
POSITIVE_NUMBERS = ("special_support_hours",)
OVERRIDABLE = (
    "covariate_set",
    "first_base_year",
    "last_base_year",
    "look_back_years",
    "max_contacts",
    "min_persons_per_arm",
    "min_users_per_arm",
    "taper",
)


@dataclass(frozen=True)
class PensionAge:
    """State pension age of the cohorts born to and including a year (after the cohorts of the entry before)."""

    born_to: int
    age: int


@dataclass(frozen=True)
class Provenance:
    """Where a choice comes from.

    Attributes
    ----------
    basis : str
        documented, inferred or assumed.
    source : str
        Where it is said, or why it is assumed.
    text : Text
        What the choice is, in Danish and English.
    """

    basis: str
    source: str
    text: Text


@dataclass(frozen=True)
class Method:
    """Every choice common to all target groups (one attribute a key of method.toml).

    Attributes
    ----------
    provenance : tuple of (str, Provenance)
        Basis, source and description of each key, in file order.
    content_hash : str
        SHA-256 of the parsed file.
    """

    first_year: int
    last_year: int
    first_base_year: int
    last_base_year: int
    look_back_years: int
    relative_years: int
    profile_years: int
    price_year: int
    age_rule: str
    residence_rule: str
    assessable_rule: str
    pension_ages: tuple[PensionAge, ...]
    max_contacts: int
    covariate_set: str
    inference: str
    confidence_level: float
    significance_level: float
    min_persons_per_arm: int
    min_users_per_arm: int
    min_published_count: int
    taper: str
    views: tuple[str, ...]
    lpr3_inpatient_hours: int
    course_gap_days: int
    school_weeks: int
    special_support_hours: float
    provenance: tuple[tuple[str, Provenance], ...]
    content_hash: str

    def pension_age(self, birth_year: int) -> int:
        """Give the state pension age, in whole years, of a birth cohort."""
        return next(step.age for step in self.pension_ages if birth_year <= step.born_to)

    def thresholds(self) -> dict[str, int]:
        """Give the whole numbers a rule may name as a bound."""
        return {"max_contacts": self.max_contacts}

    def override(self, values: dict[str, Any]) -> Method:
        """Give the method with a target group's own values (checked before by `check_override`)."""
        return dataclasses.replace(self, **values) if values else self


METHOD_KEYS = tuple(
    field.name for field in dataclasses.fields(Method) if field.name not in ("provenance", "content_hash")
)


def load_method(path: Path) -> Method:
    """Load method.toml.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    Method
        The typed choices.

    Raises
    ------
    InputError
        Listing every missing, unknown or impossible key.
    """
    problems = Problems()
    method = read_method(path, problems)
    problems.raise_if_any("The method cannot be used")
    assert method is not None
    return method


def read_method(path: Path, problems: Problems) -> Method | None:
    """Read method.toml, collecting its mistakes; None when there are any."""
    before = len(problems.items)
    content = read_toml(path, path.name, problems)
    if content is None:
        return None
    check_keys(content, path.name, METHOD_KEYS, (), problems)
    values: dict[str, Any] = {}
    provenance = []
    for key in METHOD_KEYS:
        if key in content:
            values[key], source = _read_entry(key, content[key], f"{path.name}: {key}", problems)
            provenance.append((key, source))
    if len(problems.items) == before:
        _check_years(values, path.name, problems)
    if len(problems.items) > before:
        return None
    return Method(**values, provenance=tuple(provenance), content_hash=hash_content(content))


def check_override(key: str, value: Any, where: str, problems: Problems) -> Any:
    """Check one key of a target group's [method] table and give its typed value."""
    if key not in OVERRIDABLE:
        problems.add_unknown(where, key, OVERRIDABLE, "method key a target group may override")
        return None
    return _read_value(key, value, f"{where}: {key}", problems)


def _read_entry(key: str, entry: Any, where: str, problems: Problems) -> tuple[Any, Provenance]:
    if not isinstance(entry, dict):
        problems.add(
            where, f"{entry!r}", "a table with value, basis, source, da, en", f"write [{key}] and its keys"
        )
        return None, Provenance("", "", Text("", ""))
    check_keys(entry, where, ("value", "basis", "source", "da", "en"), (), problems)
    value = _read_value(key, entry["value"], where, problems) if "value" in entry else None
    text = take_text({k: v for k, v in entry.items() if k in ("da", "en")}, where, problems)
    basis = take_word(entry, "basis", where, BASES, problems)
    return value, Provenance(basis, take_string(entry, "source", where, problems), text)


def _read_value(key: str, value: Any, where: str, problems: Problems) -> Any:
    if key in WORDS:
        return take_word({key: value}, key, where, WORDS[key], problems)
    if key == "pension_ages":
        return _read_pension_ages(value, where, problems)
    if key == "views":
        return _read_views(value, where, problems)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if key in SHARES or key in POSITIVE_NUMBERS:
        top = 1.0 if key in SHARES else float("inf")
        if not is_number or not 0 < value < top:
            expected = "a number between 0 and 1" if key in SHARES else "a number above 0"
            problems.add(where, f"{value!r}", expected, f"mend {key}")
        return value
    low, high = WHOLE_NUMBERS[key]
    if not is_number or isinstance(value, float) or not low <= value <= high:
        problems.add(where, f"{value!r}", f"a whole number from {low} to {high}", f"mend {key}")
    return value


def _read_pension_ages(value: Any, where: str, problems: Problems) -> tuple[PensionAge, ...]:
    steps = value if isinstance(value, list) else []
    is_whole = all(
        isinstance(step, dict)
        and set(step) == {"born_to", "age"}
        and all(isinstance(number, int) and not isinstance(number, bool) for number in step.values())
        for step in steps
    )
    if not steps or not is_whole:
        found, expected = "entries of another shape", "a list of { born_to = year, age = whole years }"
        problems.add(where, found, expected, "write one entry a group of birth cohorts")
        return ()
    cohorts = [step["born_to"] for step in steps]
    if cohorts != sorted(set(cohorts)) or cohorts[-1] < 2100:
        expected = "birth years rising, the last one 9999 so that every cohort has an age"
        problems.add(
            where, "birth years out of order or not closed", expected, "order the entries, end with 9999"
        )
    return tuple(PensionAge(step["born_to"], step["age"]) for step in steps)


def _read_views(value: Any, where: str, problems: Problems) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        problems.add(where, f"{value!r}", f"a list of {', '.join(VIEWS)}", "write the views")
        return ()
    for view in value:
        if view not in VIEWS:
            problems.add_unknown(where, str(view), VIEWS, "view")
    return tuple(str(view) for view in value)


def _check_years(values: dict[str, Any], where: str, problems: Problems) -> None:
    first, last = values["first_base_year"], values["last_base_year"]
    if values["first_year"] > first - values["look_back_years"]:
        found = f"first_base_year {first} with {values['look_back_years']} years of look-back"
        expected = (
            f"registers from {first - values['look_back_years']}, but first_year is {values['first_year']}"
        )
        problems.add(where, found, expected, "raise first_base_year or lower look_back_years")
    if last > values["last_year"] - 2:
        found, expected = (
            f"last_base_year {last}",
            f"at most {values['last_year'] - 2}: registers reach year 2",
        )
        problems.add(where, found, expected, "lower last_base_year")
    if first > last:
        problems.add(where, f"base years {first} to {last}", "at least one base year", "mend the base years")
    if values["profile_years"] <= values["relative_years"]:
        found = f"profile_years {values['profile_years']}, relative_years {values['relative_years']}"
        problems.add(where, found, "a profile longer than the estimates", "raise profile_years")
