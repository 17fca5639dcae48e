"""covariates.toml as typed objects: what the yearly differences are adjusted for.

Belongs here: covariate sets, their columns, levels, reference levels and names. Does not belong here: making
dummy columns (pipeline/panels), use in year 0 and base year (part of every set), SQL.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.declarations.method import WORDS
from pipeline.declarations.problems import Problems
from pipeline.declarations.read_toml import (
    Text,
    check_keys,
    read_toml,
    take_string,
    take_text,
    take_whole_number,
    take_word,
)
from pipeline.declarations.vocabulary import BASES, PERSON_ATTRIBUTES


@dataclass(frozen=True)
class Level:
    """One level of a covariate."""

    level: str
    name: Text


@dataclass(frozen=True)
class Covariate:
    """One covariate, a fact of year 0.

    Attributes
    ----------
    covariate : str
        Name in `adjustment_by_covariate` and characteristics.
    name : Text
        For people.
    column : str
        Column of `person_years`.
    levels : tuple of Level
        In declared order, the reference among them; empty for age.
    reference : str
        The level without a column; '' for age, where the youngest band present is the reference.
    band_years_adults, band_years_children : int
        Width of age bands, which start at multiples of it; 0 where there are levels.
    """

    covariate: str
    name: Text
    column: str
    levels: tuple[Level, ...]
    reference: str
    band_years_adults: int
    band_years_children: int

    def band_years(self, is_children: bool) -> int:
        """Give the width of the age bands, 0 where there are levels."""
        return self.band_years_children if is_children else self.band_years_adults


@dataclass(frozen=True)
class CovariateSet:
    """One declared set: covariates of adults' groups and of children's groups, in order."""

    covariate_set: str
    name: Text
    adults: tuple[Covariate, ...]
    children: tuple[Covariate, ...]
    basis: str
    source: str

    def of(self, is_children: bool) -> tuple[Covariate, ...]:
        """Give the covariates of children's or adults' groups."""
        return self.children if is_children else self.adults


@dataclass(frozen=True)
class Covariates:
    """Every declared covariate and set, in file order."""

    covariates: tuple[Covariate, ...]
    sets: tuple[CovariateSet, ...]

    def covariate_set(self, name: str) -> CovariateSet:
        """Give the set of that name.

        Raises
        ------
        KeyError
            If there is none.
        """
        found = next((item for item in self.sets if item.covariate_set == name), None)
        if found is None:
            raise KeyError(name)
        return found


def load_covariates(path: Path = Path(__file__).parent / "covariates.toml") -> Covariates:
    """Load covariates.toml.

    Raises
    ------
    InputError
        Listing every mistake of the file.
    """
    problems = Problems()
    where = path.name
    content = read_toml(path, where, problems) or {"sets": {}, "covariates": {}, "levels": {}}
    check_keys(content, where, ("sets", "covariates", "levels"), (), problems)
    levels = {
        name: _read_levels(table, f"{where}: levels.{name}", problems)
        for name, table in _tables(content, "levels", where, problems).items()
    }
    covariates = {
        name: _read_covariate(name, table, levels, f"{where}: covariates.{name}", problems)
        for name, table in _tables(content, "covariates", where, problems).items()
    }
    sets = tuple(
        _read_set(name, table, covariates, f"{where}: sets.{name}", problems)
        for name, table in _tables(content, "sets", where, problems).items()
    )
    for name in WORDS["covariate_set"]:
        if content["sets"] and name not in content["sets"]:
            problems.add(
                where, f"no set {name!r}", "every set that method.toml may name", f"add [sets.{name}]"
            )
    problems.raise_if_any("The covariates cannot be used")
    return Covariates(tuple(covariates.values()), sets)


def _tables(content: dict[str, Any], key: str, where: str, problems: Problems) -> dict[str, dict[str, Any]]:
    tables = content.get(key, {})
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        problems.add(
            f"{where}: {key}", "something else than tables", f"[{key}.name] tables", "mend the brackets"
        )
        return {}
    return tables


def _text(table: dict[str, Any], where: str, problems: Problems) -> Text:
    return take_text({k: v for k, v in table.items() if k in ("da", "en")}, where, problems)


def _read_levels(table: dict[str, Any], where: str, problems: Problems) -> tuple[tuple[Level, ...], str]:
    check_keys(table, where, ("reference", "names"), (), problems)
    names = table.get("names", {})
    if not isinstance(names, dict) or not names:
        problems.add(
            f"{where}.names", f"{names!r}", "a table of levels", 'write level = { da = "…", en = "…" }'
        )
        return (), ""
    levels = tuple(
        Level(key, take_text(text, f"{where}.names.{key}", problems)) for key, text in names.items()
    )
    return levels, take_word(table, "reference", where, names, problems)


def _read_covariate(
    name: str,
    table: dict[str, Any],
    levels: dict[str, tuple[tuple[Level, ...], str]],
    where: str,
    problems: Problems,
) -> Covariate:
    column = take_string(table, "column", where, problems)
    bands = ("band_years_adults", "band_years_children")
    own = bands if column == "age" else ("levels",)
    check_keys(table, where, ("column", *own, "da", "en"), (), problems)
    if column and column != "age" and column not in PERSON_ATTRIBUTES:
        problems.add_unknown(f"{where}.column", column, ("age", *PERSON_ATTRIBUTES), "fact about a person")
    kind = "" if column == "age" else take_word(table, "levels", where, levels, problems)
    given, reference = levels.get(kind, ((), ""))
    if kind and column in PERSON_ATTRIBUTES:
        _check_levels(given, PERSON_ATTRIBUTES[column], f"{where}: levels.{kind}", problems)
    width = (
        [take_whole_number(table, key, where, 1, problems) or 0 for key in bands]
        if column == "age"
        else [0, 0]
    )
    return Covariate(name, _text(table, where, problems), column, given, reference, width[0], width[1])


def _check_levels(given: tuple[Level, ...], codes: Collection[str], where: str, problems: Problems) -> None:
    for level in given:
        if level.level not in codes:
            problems.add_unknown(where, level.level, codes, "code")
    for code in codes:
        if code not in {level.level for level in given}:
            problems.add(
                where, f"no level {code!r}", "every code of the column", f"add {code} with da and en"
            )


def _read_set(
    name: str, table: dict[str, Any], covariates: dict[str, Covariate], where: str, problems: Problems
) -> CovariateSet:
    check_keys(table, where, ("adults", "children", "basis", "source", "da", "en"), (), problems)
    lists: dict[str, tuple[Covariate, ...]] = {"adults": (), "children": ()}
    for key in lists:
        names = table.get(key, [])
        if (
            not isinstance(names, list)
            or (key in table and not names)
            or len(set(map(str, names))) < len(names)
        ):
            problems.add(f"{where}.{key}", f"{names!r}", "a list of covariates, each once", f"mend {key}")
            continue
        for item in names:
            if item not in covariates:
                problems.add_unknown(f"{where}.{key}", str(item), covariates, "covariate")
        lists[key] = tuple(covariates[item] for item in names if item in covariates)
    basis = take_word(table, "basis", where, BASES, problems)
    source = take_string(table, "source", where, problems)
    return CovariateSet(
        name, _text(table, where, problems), lists["adults"], lists["children"], basis, source
    )
