"""Loading the consequences that are followed for every target group, and the services no register holds.

Belongs here: reading and checking `consequences/*.toml`. Does not belong here: what a consequence compiles to
(`consequence`) and prices.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pipeline.declarations.consequence import (
    REAL_KR_RULES,
    SCALE_OF_UNIT,
    SCALES,
    Consequence,
    NotMeasured,
)
from pipeline.declarations.problems import Problems
from pipeline.declarations.toml_entries import Entry, read_toml
from pipeline.declarations.vocabulary import BASES, EVENT_TABLES, Attribute, EventTable

CONSEQUENCES_FOLDER = Path(__file__).parent / "consequences"
NOT_MEASURED_FILE = "not_measured.toml"

AREAS = (
    "health",
    "crime",
    "social_services",
    "income_transfers",
    "income_tax",
    "education_employment",
    "child_measures",
    "aftercare",
    "school",
    "youth_education",
)
POPULATIONS = ("children", "adults", "both")
REGISTERS_OF_EVENTS = {
    "hospital_contacts": ("lpr_adm", "lpr_bes", "psyk_adm", "psyk_bes", "lpr3_kontakter"),
    "practitioner_contacts": ("sssy",),
    "alcohol_courses": ("nab",),
    "drug_courses": ("sib",),
    "shelter_stays": ("boform110",),
    "adult_services": ("handicap",),
    "child_measures": ("bua", "bufo"),
    "convictions": ("kraf",),
    "prison_stays": ("krin",),
    "education_spells": ("kotre",),
    "school_years": ("grundskole",),
    "benefit_weeks": ("dream",),
    "incomes": ("ind",),
}
_REQUIRED = ("key", "name_da", "name_en", "unit_da", "unit_en", "population", "budget_sign", "quantity")
_REQUIRED_TEXTS = ("register", "basis", "notes_da", "notes_en")
_OPTIONAL = ("age_from", "age_to", "age_to_pension")


def load_consequences(path: Path = CONSEQUENCES_FOLDER) -> tuple[Consequence, ...]:
    """Load all consequences, in the order of the areas and within an area as written.

    Parameters
    ----------
    path : Path
        Folder with one TOML file an area.

    Returns
    -------
    tuple of Consequence

    Raises
    ------
    InputError
        With every problem of every file at once.
    """
    problems = Problems()
    consequences = read_consequences(path, problems)
    problems.raise_if_any("Consequences")
    return consequences


def read_consequences(path: Path, problems: Problems) -> tuple[Consequence, ...]:
    """Read all consequences as `load_consequences` does, with mistakes collected in `problems`."""
    consequences: list[Consequence] = []
    files = {file.stem: file for file in sorted(path.glob("*.toml")) if file.name != NOT_MEASURED_FILE}
    for stem in files:
        if stem not in AREAS:
            problems.add_unknown(f"consequences/{stem}.toml", stem, AREAS, "consequence area")
    for area in AREAS:
        consequences += _load_area(path / f"{area}.toml", area, problems)
    _check_keys_unique([c.key for c in consequences], problems)
    return tuple(consequences)


def load_not_measured(path: Path = CONSEQUENCES_FOLDER) -> tuple[NotMeasured, ...]:
    """Load the services that cannot be measured, with the reason.

    Raises
    ------
    InputError
        With every problem of the file at once.
    """
    problems = Problems()
    services = read_not_measured(path, problems)
    problems.raise_if_any("Services that are not measured")
    return services


def read_not_measured(path: Path, problems: Problems) -> tuple[NotMeasured, ...]:
    """Read the services that cannot be measured, with mistakes collected in `problems`."""
    fields = ("key", "name_da", "name_en", "population", "reason_da", "reason_en", "source")
    top = Entry(f"consequences/{NOT_MEASURED_FILE}", read_toml(path / NOT_MEASURED_FILE, problems), problems)
    services = []
    for entry in top.read_entries("not_measured", "key"):
        entry.check_keys(fields)
        entry.read_word("population", POPULATIONS, "population")
        services.append(NotMeasured(**{name: entry.read_text(name) for name in fields}))
    _check_keys_unique([service.key for service in services], problems)
    return tuple(services)


def _load_area(file: Path, area: str, problems: Problems) -> list[Consequence]:
    top = Entry(f"consequences/{file.name}", read_toml(file, problems), problems)
    if not top.values:
        return []
    top.check_keys(("area", "area_name_da", "area_name_en", "source", "consequence"))
    if top.read_text("area") not in ("", area):
        found = repr(top.values["area"])
        problems.add(f"{top.where}: area", found, repr(area), "give the area its file name")
    head = {name: top.read_text(name) for name in ("area_name_da", "area_name_en", "source")}
    entries = top.read_entries("consequence", "key")
    return [_read_consequence(entry, area, head) for entry in entries]


def _read_consequence(entry: Entry, area: str, head: Mapping[str, str]) -> Consequence:
    entry.check_keys((*_REQUIRED, *_REQUIRED_TEXTS), _OPTIONAL)
    texts = ("key", "name_da", "name_en", "unit_da", "unit_en", "notes_da", "notes_en")
    sign = entry.read_integer("budget_sign", -1, 1)
    if sign == 0:
        do = "write 1 for an expense, -1 for revenue"
        entry.problems.add(f"{entry.where}: budget_sign", "0", "1 or -1", do)
    consequence = Consequence(
        area=area,
        **head,
        **{name: entry.read_text(name) for name in texts},
        **_read_quantity(entry.read_table("quantity")),
        population=entry.read_word("population", POPULATIONS, "population"),
        age_from=entry.read_integer("age_from", 0, 120),
        age_to=entry.read_integer("age_to", 0, 120),
        ends_at_pension_age=entry.read_flag("age_to_pension"),
        budget_sign=sign or 0,
        registers=entry.read_words("register"),
        basis=entry.read_word("basis", BASES, "basis"),
    )
    _check_consistent(entry, consequence)
    return consequence


def _read_quantity(entry: Entry) -> dict:
    events = entry.read_word("events", REGISTERS_OF_EVENTS, "event table of consequences")
    quantity = {"events": events, "where": {}, "measure": None, "real_kr": None, "weeks_a_record": None}
    if "real_kr" in entry.values:
        entry.check_keys(("events", "real_kr"))
        rule = entry.read_word("real_kr", REAL_KR_RULES, "real kr rule")
        return quantity | {"scale": "real_kr", "real_kr": rule}
    scale = quantity["scale"] = entry.read_word("scale", SCALES, "scale")
    needs_weeks = ("weeks_a_record",) if scale == "school_weeks" else ()
    entry.check_keys(("events", "measure", "scale", *needs_weeks), ("where",))
    quantity["weeks_a_record"] = entry.read_integer("weeks_a_record", 1, 53)
    if events:
        table = EVENT_TABLES[events]
        quantity["measure"] = entry.read_word("measure", table.measures, f"measure of {events}")
        quantity["where"] = _read_where(entry.read_table("where"), table)
    return quantity


def _read_where(entry: Entry, table: EventTable) -> dict:
    where: dict[str, tuple | dict[str, tuple]] = {}
    for name, rule in entry.values.items():
        attribute = table.attribute(name)
        if attribute is None:
            known = [attribute.name for attribute in table.attributes]
            entry.problems.add_unknown(entry.where, name, known, f"attribute of {table.name}")
            continue
        is_negated = isinstance(rule, dict) and set(rule) == {"not"}
        given = rule["not"] if is_negated else rule
        values = tuple(given) if isinstance(given, list) else (given,)
        if not values:
            do = "name the values"
            entry.problems.add(f"{entry.where}: {name}", "an empty list", "at least one value", do)
        for value in values:
            _check_value(f"{entry.where}: {name}", value, attribute, entry.problems)
        where[name] = {"not": values} if is_negated else values
    return where


def _check_value(where: str, value: object, attribute: Attribute, problems: Problems) -> None:
    if attribute.is_boolean:
        if not isinstance(value, bool):
            problems.add(where, f"{value!r}", "true or false", "write true or false without quotes")
    elif not isinstance(value, str):
        problems.add(
            where, f"{value!r}", "a text, a list of texts or { not = [...] }", "write codes in quotes"
        )
    elif attribute.values and value not in attribute.values:
        problems.add_unknown(where, value, attribute.values, f"value of {attribute.name}")
    elif attribute.codes is not None and not attribute.codes.is_code(value):
        problems.add(where, f"{value!r}", f"one whole {attribute.codes.name}", "write the code itself")


def _check_consistent(entry: Entry, consequence: Consequence) -> None:
    add = entry.problems.add
    low, high = consequence.age_from, consequence.age_to
    if low is not None and high is not None and low > high:
        add(
            entry.where, f"age_from {low} above age_to {high}", "age_from <= age_to", "correct the age domain"
        )
    if high is not None and consequence.ends_at_pension_age:
        add(entry.where, "age_to and age_to_pension", "one end of the age domain", "keep one of them")
    known = REGISTERS_OF_EVENTS.get(consequence.events)
    for register in consequence.registers if known else ():
        if register not in known:
            entry.problems.add_unknown(f"{entry.where}: register", register, known, "register of the events")
    scale = SCALE_OF_UNIT.get(consequence.unit_en)
    if scale and consequence.scale and consequence.scale != scale:
        found = f"unit {consequence.unit_en!r} with scale {consequence.scale!r}"
        add(entry.where, found, f"scale {scale!r}", "make unit and scale agree")


def _check_keys_unique(keys: list[str], problems: Problems) -> None:
    for key in sorted({key for key in keys if key and keys.count(key) > 1}):
        where = f"consequences: {key}"
        problems.add(where, f"declared {keys.count(key)} times", "once", "delete or rename one of them")
