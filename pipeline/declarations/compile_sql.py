"""Target-group rules as DuckDB SQL.

Belongs here: the SELECT of person-years that meet a membership rule, and of candidates with their success. Does not
belong here: age band, residence, entry and coverage (pipeline/cohorts applies them and counts each exclusion).

The SQL reads the event tables and `person_years` by their names (leaf, pnr, year and attributes), success rules the
view `candidates` (leaf, pnr, base_year; unique) and, for named functions, `price_index` (year, index). A rule is driven
from its positive event conditions as set operations over (leaf, pnr, year); everything else is a join to those.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from pipeline.declarations.compile_conditions import select_events
from pipeline.declarations.functions import FUNCTIONS
from pipeline.declarations.rules import (
    AllOf,
    AnyOf,
    DefinitionReference,
    EventCondition,
    FunctionCondition,
    NoneOf,
    PersonCondition,
    Rule,
    is_positive_rule,
    walk_rule,
)
from pipeline.declarations.target_group import Definition, TargetGroup

NOTHING_HELD: Mapping[str, str] = MappingProxyType({})


@dataclass
class _Query:
    """Named sub-selects (WITH) and joins of one query, each written once."""

    anchor: str
    year: str
    held: Mapping[str, str]
    selects: dict[str, str] = field(default_factory=dict)
    joins: dict[str, str] = field(default_factory=dict)

    def add_select(self, stem: str, sql: str) -> str:
        """Name a sub-select of an event table; the same SQL gets the same name, that of its table if it is held."""
        if sql in self.held:
            return self.held[sql]
        own = {name: known for name, known in self.selects.items() if name.rsplit("_", 1)[0] == stem}
        for name, known in own.items():
            if known == sql:
                return name
        name = f"{stem}_{len(own) + 1}"
        self.selects[name] = sql
        return name

    def add_join(self, alias: str, table: str, column: str, year: str) -> None:
        """Join a table that has at most one row a person and year."""
        on = f"{alias}.leaf = {self.anchor}.leaf AND {alias}.pnr = {self.anchor}.pnr"
        source = table if table == alias else f"{table} AS {alias}"
        self.joins[alias] = f"LEFT JOIN {source}\n  ON {on}\n  AND {alias}.{column} = {year}"

    def write(self, select: str) -> str:
        """Put WITH, SELECT, FROM and joins together."""
        named = ",\n".join(f"{name} AS (\n{_indent(sql)}\n)" for name, sql in self.selects.items())
        lines = [f"WITH\n{named}"] if named else []
        return "\n".join([*lines, select, *self.joins.values()])


def list_conditions(group: TargetGroup) -> dict[str, EventCondition]:
    """Give each distinct event condition of the group's rules by its SELECT; their order is that of the rules."""
    definition = _check_estimated(group)
    return {
        select_events(inner): inner
        for part in definition.union_of or (definition,)
        for rule in (part.membership, part.success)
        for inner in walk_rule(_rule(rule))
        if isinstance(inner, EventCondition)
    }


def membership_sql(group: TargetGroup, held: Mapping[str, str] = NOTHING_HELD) -> str:
    """Give the SELECT of leaf, pnr, year (distinct) of person-years that meet the group's definition.

    Parameters
    ----------
    group : TargetGroup
        An estimated group; its age band plays no part here.
    held : mapping of str to str
        The SELECT of a condition, from `list_conditions`, to a table that holds its result.

    Returns
    -------
    str
        One DuckDB SELECT, without a semicolon.

    Raises
    ------
    ValueError
        If the group has a literature overview only.
    """
    definition = _check_estimated(group)
    if definition.union_of:
        return f"SELECT DISTINCT leaf, pnr, year\nFROM (\n{_indent(membership_by_definition_sql(group, held))}\n)"
    return _select_members(_rule(definition.membership), held)


def membership_by_definition_sql(group: TargetGroup, held: Mapping[str, str] = NOTHING_HELD) -> str:
    """Give the SELECT of leaf, pnr, year, definition of a union: one row a definition met in the year.

    Parameters
    ----------
    group : TargetGroup
    held : mapping of str to str
        As in `membership_sql`.

    Raises
    ------
    ValueError
        If the group is not a union.
    """
    definition = _check_estimated(group)
    if not definition.union_of:
        raise ValueError(f"{group.target_group} is not a union of definitions")
    parts = []
    for part in definition.union_of:
        inner = _indent(_select_members(_rule(part.membership), held))
        parts.append(f"SELECT leaf, pnr, year, '{part.definition}' AS definition\nFROM (\n{inner}\n)")
    return "\nUNION ALL\n".join(parts)


def success_sql(group: TargetGroup, held: Mapping[str, str] = NOTHING_HELD) -> str:
    """Give the SELECT of leaf, pnr, base_year, is_success: one row a row of `candidates`.

    In a union a candidate succeeds who meets the success rule of every definition met in the base year.

    Parameters
    ----------
    group : TargetGroup
    held : mapping of str to str
        As in `membership_sql`.

    Raises
    ------
    ValueError
        If the group has a literature overview only.
    """
    definition = _check_estimated(group)
    query = _Query("candidates", "candidates.base_year + 1", held)
    if definition.union_of:
        expression = _write_union_success(definition, query)
    else:
        expression = _write(_rule(definition.success), query)
    select = (
        "SELECT candidates.leaf, candidates.pnr, candidates.base_year,\n"
        f"  {expression} AS is_success\nFROM candidates"
    )
    return query.write(select)


def _check_estimated(group: TargetGroup) -> Definition:
    if not group.is_estimated:
        raise ValueError(f"{group.target_group} has a literature overview only: there is no rule to compile")
    return group.definition


def _rule(rule: Rule | None) -> Rule:
    if rule is None:
        raise ValueError("a definition without a rule: it was not loaded by load_target_groups")
    return rule


def _write_union_success(definition: Definition, query: _Query) -> str:
    terms = []
    for part in definition.union_of:
        entered = f"entered_{part.definition}"
        query.selects[entered] = _select_members(_rule(part.membership), query.held)
        query.add_join(entered, entered, "year", "candidates.base_year")
        success = _write(_rule(part.success), query)
        terms.append(f"({entered}.pnr IS NULL OR {success})")
    return "\n  AND ".join(terms)


def _select_members(rule: Rule, held: Mapping[str, str]) -> str:
    query = _Query("members", "members.year", held)
    driver, is_exact = _write_driver(rule, query)
    if is_exact and "\n" not in driver:
        name = driver.removeprefix("SELECT leaf, pnr, year FROM ")
        if len(query.selects) == 1 and name in query.selects:
            return query.selects[name]
    if is_exact:
        return query.write(driver)
    query.selects["members"] = driver
    expression = _write(_drop_exact(rule), query)
    return (
        query.write("SELECT members.leaf, members.pnr, members.year\nFROM members") + f"\nWHERE {expression}"
    )


def _write_driver(rule: Rule, query: _Query) -> tuple[str, bool]:
    """Give a SELECT that holds everybody who meets the rule, and whether it holds nobody else."""
    if isinstance(rule, EventCondition):
        return f"SELECT leaf, pnr, year FROM {_name_events(rule, query)}", True
    if isinstance(rule, DefinitionReference):
        return _write_driver(_rule(rule.rule), query)
    if isinstance(rule, AnyOf):
        written = [_write_driver(inner, query) for inner in rule.rules]
        return "\nUNION\n".join(_bracket(sql) for sql, _ in written), all(exact for _, exact in written)
    if isinstance(rule, AllOf):
        positive = [inner for inner in rule.rules if is_positive_rule(inner)]
        written = [_write_driver(inner, query) for inner in positive]
        is_exact = len(positive) == len(rule.rules) and all(exact for _, exact in written)
        return "\nINTERSECT\n".join(_bracket(sql) for sql, _ in written), is_exact
    raise ValueError("a membership rule without a positive event condition")


def _drop_exact(rule: Rule) -> Rule:
    """Leave out the conditions of an all_of that the driver has already applied exactly."""
    if isinstance(rule, DefinitionReference):
        return _drop_exact(_rule(rule.rule))
    if not isinstance(rule, AllOf):
        return rule
    left = [inner for inner in rule.rules if not _is_exact(inner)]
    inner = tuple(_drop_exact(item) for item in left)
    return inner[0] if len(inner) == 1 else AllOf(inner)


def _is_exact(rule: Rule) -> bool:
    return is_positive_rule(rule) and all(
        not isinstance(inner, NoneOf | PersonCondition) and is_positive_rule(inner)
        for inner in walk_rule(rule)
    )


def _write(rule: Rule, query: _Query) -> str:
    """Give the rule as a boolean expression that is never NULL, adding the joins it needs."""
    if isinstance(rule, EventCondition):
        name = _name_events(rule, query)
        query.add_join(name, name, "year", query.year)
        return f"{name}.pnr IS NOT NULL" if rule.is_positive else f"{name}.pnr IS NULL"
    if isinstance(rule, PersonCondition):
        query.add_join("person", "person_years", "year", query.year)
        word = "NOT IN" if rule.is_negated else "IN"
        values = ", ".join(f"'{value}'" for value in rule.values)
        return f"coalesce(person.{rule.attribute} {word} ({values}), false)"
    if isinstance(rule, FunctionCondition):
        query.selects[rule.function] = FUNCTIONS[rule.function].sql
        query.add_join(rule.function, rule.function, "base_year", "candidates.base_year")
        return f"{rule.function}.pnr IS NOT NULL"
    if isinstance(rule, DefinitionReference):
        return _write(_rule(rule.rule), query)
    inner = [_write(item, query) for item in rule.rules]
    if isinstance(rule, NoneOf):
        return f"NOT ({' OR '.join(inner)})"
    joined = (" AND " if isinstance(rule, AllOf) else " OR ").join(inner)
    return f"({joined})" if len(inner) > 1 else joined


def _name_events(condition: EventCondition, query: _Query) -> str:
    return query.add_select(condition.events, select_events(condition))


def _bracket(sql: str) -> str:
    return f"(\n{_indent(sql)}\n)" if "\n" in sql else sql


def _indent(sql: str) -> str:
    return "\n".join(f"  {line}" for line in sql.splitlines())
