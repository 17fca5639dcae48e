"""Loading the register layouts: what a delivery must look like, one TOML file a register.

Belongs here: reading and checking `registers/*.toml`. Does not belong here: what a layout is
(`register_layout`) and the check of delivered files (`pipeline.registers`).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from pipeline.declarations.problems import Problems
from pipeline.declarations.read_toml import check_keys, read_toml
from pipeline.declarations.register_layout import (
    CODE_LIST_STATUSES,
    COLUMN_TYPES,
    MISSING_END_RULES,
    ROW_KINDS,
    CodeList,
    Column,
    Cover,
    CoverException,
    FormerName,
    PersonThrough,
    RegisterLayout,
    RegisterLayouts,
    Spell,
    UntilDeath,
    ZeroPad,
)
from pipeline.declarations.toml_entries import Entry
from pipeline.declarations.vocabulary import EVENT_TABLES

REGISTERS_FOLDER = Path(__file__).parent / "registers"
DELIVERY_FILE = "delivery.toml"
MOST_DIGITS = 18
DIGITS = f"[0-9]{{1,{MOST_DIGITS}}}"
_OPTIONAL = (
    "first_year", "last_year", "missing_years", "empty_years", "one_file", "key", "person_through", "until_death",
    "spell", "weeks", "code_lists", "covers", "ignored_columns", "quirks",
)  # fmt: skip


def load_register_layouts(path: Path = REGISTERS_FOLDER) -> RegisterLayouts:
    """Load the layout of every register.

    Parameters
    ----------
    path : Path
        Folder with `delivery.toml` and one TOML file a register.

    Returns
    -------
    RegisterLayouts

    Raises
    ------
    InputError
        With every problem of every file at once.
    """
    problems = Problems()
    layouts = _read_delivery(_read_file(path / DELIVERY_FILE, problems))
    registers: dict[str, RegisterLayout] = {}
    for file in sorted(path.glob("*.toml")):
        if file.name != DELIVERY_FILE:
            entry = _read_file(file, problems)
            registers[file.stem] = _read_register(entry, file.stem, layouts)
    _check_between(registers, problems)
    problems.raise_if_any("Register layouts")
    return replace(layouts, registers=MappingProxyType(registers))


def _read_file(file: Path, problems: Problems) -> Entry:
    where = f"registers/{file.name}"
    return Entry(where, read_toml(file, where, problems) or {}, problems)


def _check_keys(entry: Entry, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> None:
    check_keys(dict(entry.values), entry.where, required, optional, entry.problems)


def _read_delivery(entry: Entry) -> RegisterLayouts:
    shares = ("end_before_start_tolerated_share", "unmatched_contact_tolerated_share")
    _check_keys(entry, ("first_year", "last_year", "tolerated_rows", "pnr", *shares))
    pnr = entry.read_table("pnr")
    _check_keys(pnr, ("digits", "repaired_digits", "repaired_at_most_share"))
    return RegisterLayouts(
        registers={},
        first_year=entry.read_integer("first_year", 1900, 2100) or 0,
        last_year=entry.read_integer("last_year", 1900, 2100) or 0,
        tolerated_rows=entry.read_integer("tolerated_rows", 0) or 0,
        pnr_digits=pnr.read_integer("digits", 1) or 12,
        pnr_repaired_digits=pnr.read_integer("repaired_digits", 1) or 11,
        pnr_repaired_at_most_share=pnr.read_number("repaired_at_most_share", 0, 1) or 0.0,
        **{name: entry.read_number(name, 0, 1) or 0.0 for name in shares},
    )


def _read_register(entry: Entry, stem: str, layouts: RegisterLayouts) -> RegisterLayout:
    _check_keys(entry, ("register", "name_da", "name_en", "rows", "columns"), _OPTIONAL)
    name = entry.read_text("register")
    if name not in ("", stem):
        entry.problems.add(f"{entry.where}: register", repr(name), repr(stem), "give it its file's name")
    first = entry.read_integer("first_year", layouts.first_year, layouts.last_year) or layouts.first_year
    last = entry.read_integer("last_year", layouts.first_year, layouts.last_year) or layouts.last_year
    code_lists = _read_code_lists(entry.read_table("code_lists"))
    columns = {
        column: _read_column(entry.read_table("columns").read_table(column), column, code_lists, layouts)
        for column in entry.read_table("columns").values
    }
    week = None
    if "weeks" in entry.values:
        week = _read_column(entry.read_table("weeks"), "week", code_lists, layouts)
    layout = RegisterLayout(
        name=stem,
        name_da=entry.read_text("name_da"),
        name_en=entry.read_text("name_en"),
        rows=entry.read_word("rows", ROW_KINDS, "row kind"),
        columns=columns,
        first_year=first,
        last_year=last,
        missing_years=_read_integers(entry, "missing_years"),
        empty_years=_read_integers(entry, "empty_years"),
        is_one_file=entry.read_flag("one_file"),
        key=entry.read_words("key"),
        person_through=_read_person_through(entry),
        until_death=_read_until_death(entry),
        spell=_read_spell(entry, columns),
        week=week,
        code_lists=code_lists,
        covers=tuple(_read_cover(cover, first, last) for cover in _read_optional_entries(entry, "covers")),
        ignored_columns=entry.read_words("ignored_columns"),
        quirks=entry.read_words("quirks"),
    )
    _check_register(entry, layout)
    return layout


def _read_column(
    entry: Entry, name: str, code_lists: dict[str, CodeList], layouts: RegisterLayouts
) -> Column:
    optional = ("nullable", "codes", "code_list", "pattern", "zero_pad", "former_name", "unread")
    _check_keys(entry, ("type",), optional)
    codes = expand_codes(entry, "codes")
    first_characters = None
    if "code_list" in entry.values:
        code_list = code_lists.get(entry.read_word("code_list", code_lists, "code list"))
        if code_list:
            codes, first_characters = code_list.codes, code_list.first_characters
    former = None
    if "former_name" in entry.values:
        table = entry.read_table("former_name")
        _check_keys(table, ("name", "first_year", "last_year"))
        former = FormerName(
            table.read_text("name"),
            table.read_integer("first_year") or layouts.first_year,
            table.read_integer("last_year") or layouts.last_year,
        )
    return Column(
        name=name,
        type=entry.read_word("type", COLUMN_TYPES, "column type"),
        is_nullable=entry.read_flag("nullable"),
        codes=codes,
        first_characters=first_characters,
        pattern=entry.read_text("pattern") or _pattern_of_type(entry),
        zero_pad=_read_zero_pad(entry),
        former_name=former,
        is_read=not entry.read_flag("unread"),
    )


def _pattern_of_type(entry: Entry) -> str | None:
    is_listed = "codes" in entry.values or "code_list" in entry.values
    return DIGITS if entry.values.get("type") == "digits" and not is_listed else None


def _read_zero_pad(entry: Entry) -> ZeroPad | None:
    if "zero_pad" not in entry.values:
        return None
    table = entry.read_table("zero_pad")
    _check_keys(table, ("digits", "at_most_share", "expected_in_rows"))
    return ZeroPad(
        table.read_integer("digits", 1) or 1,
        table.read_number("at_most_share", 0, 1) or 0.0,
        table.read_integer("expected_in_rows", 1) or 1,
    )


def _read_code_lists(entry: Entry) -> dict[str, CodeList]:
    lists = {}
    for name in entry.values:
        table = entry.read_table(name)
        _check_keys(table, ("status", "kinds"), ("no_kind", "no_row", "first_characters"))
        kinds = table.read_table("kinds")
        lists[name] = CodeList(
            name=name,
            kinds=MappingProxyType({kind: expand_codes(kinds, kind) for kind in kinds.values}),
            no_kind=expand_codes(table, "no_kind"),
            first_characters=table.read_integer("first_characters", 1),
            no_row=table.read_text("no_row") or None,
            status=table.read_word("status", CODE_LIST_STATUSES, "status"),
        )
        codes = lists[name].codes
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            table.problems.add(table.where, f"code {code} twice", "one kind a code", "delete one of them")
    return lists


def expand_codes(entry: Entry, key: str) -> tuple[str, ...]:
    """Return a list of codes as texts; `"130-139"` stands for the ten codes from 130 to 139."""
    values = entry.values.get(key, [])
    if not isinstance(values, list) or not all(type(value) in (int, str) for value in values):
        expected = 'a list of codes, as [110, 120] or ["130-139"]'
        entry.problems.add(f"{entry.where}: {key}", repr(values), expected, f"correct `{key}`")
        return ()
    codes: list[str] = []
    for value in values:
        low, dash, high = str(value).partition("-")
        if dash and low.isdigit() and high.isdigit() and len(low) == len(high):
            codes += [str(number).zfill(len(low)) for number in range(int(low), int(high) + 1)]
        else:
            codes.append(str(value))
    return tuple(codes)


def _read_integers(entry: Entry, key: str) -> tuple[int, ...]:
    values = entry.values.get(key, [])
    if isinstance(values, list) and all(type(value) is int for value in values):
        return tuple(values)
    entry.problems.add(f"{entry.where}: {key}", repr(values), "whole numbers, as [2009]", f"correct `{key}`")
    return ()


def _read_optional_entries(entry: Entry, key: str) -> list[Entry]:
    return entry.read_entries(key, "events") if key in entry.values else []


def _read_person_through(entry: Entry) -> PersonThrough | None:
    if "person_through" not in entry.values:
        return None
    table = entry.read_table("person_through")
    _check_keys(table, ("register", "column"))
    return PersonThrough(table.read_text("register"), table.read_text("column"))


def _read_until_death(entry: Entry) -> UntilDeath | None:
    if "until_death" not in entry.values:
        return None
    table = entry.read_table("until_death")
    _check_keys(table, ("register", "column"))
    return UntilDeath(table.read_text("register"), table.read_text("column"))


def _read_spell(entry: Entry, columns: dict[str, Column]) -> Spell | None:
    if "spell" not in entry.values:
        return None
    table = entry.read_table("spell")
    _check_keys(table, ("start", "end", "counts_end_day", "missing_end"), ("merges_courses",))
    for key in ("start", "end"):
        table.read_word(key, columns, "column")
    return Spell(
        table.read_text("start"),
        table.read_text("end"),
        table.read_flag("counts_end_day"),
        table.read_word("missing_end", MISSING_END_RULES, "rule"),
        table.read_flag("merges_courses"),
    )


def _read_cover(entry: Entry, first: int, last: int) -> Cover:
    optional = ("attribute", "values", "first_year", "last_year", "look_back_from", "needs", "exceptions")
    _check_keys(entry, ("events",), optional)
    events = entry.read_word("events", EVENT_TABLES, "event table")
    attribute, values = _read_covered_values(entry, events)
    first_covered = entry.read_integer("first_year", first, last) or first
    return Cover(
        events=events,
        attribute=attribute,
        values=values,
        first_year=first_covered,
        last_year=entry.read_integer("last_year", first, last) or last,
        look_back_from=entry.read_integer("look_back_from", first, last) or first_covered,
        needs=entry.read_words("needs"),
        exceptions=tuple(
            _read_exception(exception) for exception in _read_optional_entries(entry, "exceptions")
        ),
    )


def _read_covered_values(entry: Entry, events: str) -> tuple[str | None, tuple[str, ...]]:
    if "attribute" not in entry.values or not events:
        return None, ()
    table = EVENT_TABLES[events]
    name = entry.read_word("attribute", [known.name for known in table.attributes], "attribute")
    values = entry.read_words("values")
    attribute = table.attribute(name)
    if attribute and attribute.values:
        for value in values:
            if value not in attribute.values:
                entry.problems.add_unknown(f"{entry.where}: values", value, attribute.values, name)
    return name or None, values


def _read_exception(entry: Entry) -> CoverException:
    _check_keys(entry, ("year", "municipalities", "reason"))
    year = entry.read_integer("year", 1900, 2100) or 0
    return CoverException(year, _read_integers(entry, "municipalities"), entry.read_text("reason"))


def _check_register(entry: Entry, layout: RegisterLayout) -> None:
    known = [*layout.columns, *(["file_year"] if not layout.is_one_file else [])]
    for name in layout.key:
        if name not in layout.columns:
            entry.problems.add_unknown(f"{entry.where}: key", name, known, "column")
    through = layout.person_through
    if ("pnr" in layout.columns) == (through is not None):
        found = "both pnr and person_through" if through else "neither pnr nor person_through"
        entry.problems.add(entry.where, found, "one of them", "say where the person number comes from")
    for year in layout.missing_years:
        if not layout.first_year <= year <= layout.last_year:
            expected = f"{layout.first_year}-{layout.last_year}"
            entry.problems.add(f"{entry.where}: missing_years", str(year), expected, "delete the year")


def _check_between(registers: dict[str, RegisterLayout], problems: Problems) -> None:
    for layout in registers.values():
        named = [name for cover in layout.covers for name in cover.needs]
        named += layout.reads_of
        for name in named:
            if name not in registers:
                problems.add_unknown(f"registers/{layout.name}.toml", name, registers, "register")
