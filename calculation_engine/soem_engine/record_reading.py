"""Reads nested tables (from TOML or JSON) into frozen dataclasses, collecting every problem on the way.

Here: types, required and unknown keys, numbers as users type them. Not here: what the values mean
(`intervention_check`). A value that cannot be read is reported and stood in for by an empty one, so that the
rest of the file is read too; nothing read with a problem is ever calculated.
"""

from __future__ import annotations

import dataclasses
import datetime
import types
import typing
from collections.abc import Mapping
from typing import Any, Final, TypeVar, cast

from soem_engine.amounts import PAYERS, CommitteeShares, PayerAmounts, PayerShares, YearAmounts
from soem_engine.errors import CORRECT_VALUE, TABLE, ProblemList, show_value, suggest
from soem_engine.file_syntax import describe_not_a_list, describe_not_a_table
from soem_engine.input_names import name_input
from soem_engine.texts import CHOICE_NAMES, PAYER_NAMES, Text
from soem_engine.written_number import WrittenNumber

Record = TypeVar("Record")

_EMPTY: dict[object, object] = {str: "", int: 0, float: 0.0, bool: False, datetime.date: datetime.date.min}
_KINDS: dict[object, Text] = {
    str: Text("en tekst", "a text"),
    int: Text("et helt tal", "a whole number"),
    float: Text("et tal", "a number"),
    bool: Text("true eller false", "true or false"),
    datetime.date: Text("en dato, fx 2021-01-01", "a date, as 2021-01-01"),
}
MAX_RELATIVE_YEAR: Final = 100


def read_record(cls: type[Record], data: object, where: str, problems: ProblemList) -> Record:
    """Read a table into the dataclass `cls`.

    Parameters
    ----------
    cls
        A dataclass whose fields are texts, numbers, dates, literals, tuples, mappings by year or further
        dataclasses.
    data
        What the file holds at this place.
    where
        The place, as shown in problems; empty for the file itself.
    problems
        Problems are added here; if any was, the record must not be used for anything but further checks.
    """
    if not isinstance(data, Mapping):
        problems.add(where or "(fil)", *describe_not_a_table(data, where))
        data = {}
    hints = typing.get_type_hints(cls)
    fields = {field.name: field for field in dataclasses.fields(cast(Any, cls))}
    _report_unknown_keys(data, set(fields), where, problems)
    values: dict[str, object] = {}
    for name, field in fields.items():
        place = f"{where}.{name}" if where else name
        if name in data:
            values[name] = _read_value(hints[name], data[name], place, problems, field.metadata)
        elif is_required(field) and not any(other in data for other in field.metadata.get("unless", ())):
            _report_missing(place, field.metadata.get("unless", ()), problems)
            values[name] = _empty(hints[name])
        elif not has_default(field):
            values[name] = _empty(hints[name])
    return cls(**values)


def has_default(field: dataclasses.Field[Any]) -> bool:
    """Return whether a field has a default."""
    return field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING


def is_required(field: dataclasses.Field[Any]) -> bool:
    """Return whether a file must give a field, itself or one of those in its metadata `unless`."""
    return not has_default(field) or "unless" in field.metadata


def _report_missing(place: str, others: tuple[str, ...], problems: ProblemList) -> None:
    joined = " / ".join(others)
    expected = Text("en værdi; den er påkrævet", "a value; it is required")
    if others:
        expected = Text(f"en værdi, eller i stedet {joined}", f"a value, or {joined} instead")
    problems.add(place, show_value(None), expected, Text("tilføj den i filen", "add it to the file"))


def _report_unknown_keys(data: Mapping[str, Any], known: set[str], where: str, problems: ProblemList) -> None:
    for key in data:
        if key not in known:
            place = f"{where}.{key}" if where else str(key)
            found = Text("et navn, der ikke kendes her", "a name that is not known here")
            free = Text("et af: " + ", ".join(sorted(known)), "one of: " + ", ".join(sorted(known)))
            called = {name: name_input(f"{where}.{name}" if where else name) for name in known} | PAYER_NAMES
            problems.add(place, found, free, suggest(str(key), known, called))


_Metadata = Mapping[str, Any]


def _read_value(hint: Any, value: object, place: str, problems: ProblemList, metadata: _Metadata) -> object:
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        hint = next(part for part in inner if part is not type(None))
        return _read_value(hint, value, place, problems, metadata)
    if hint in _SMALL_READERS:
        return _SMALL_READERS[hint](value, place, problems)
    if dataclasses.is_dataclass(hint):
        return read_record(cast(type[object], hint), value, place, problems)
    if origin is typing.Literal:
        return _read_choice(inner, value, place, problems)
    if origin is tuple:
        return _read_list(inner[0], value, place, problems, metadata)
    if origin is Mapping and inner[0] is str:
        return _read_by_name(inner[1], value, place, problems, metadata)
    if origin is Mapping:
        return _read_by_year(value, place, problems, metadata.get("keys", "calendar_year"))
    return _read_scalar(hint, value, place, problems)


def _read_scalar(kind: Any, value: object, place: str, problems: ProblemList) -> object:
    if kind is float and isinstance(value, (int, float)) and not isinstance(value, bool):
        return value if isinstance(value, WrittenNumber) else float(value)
    if kind is int and isinstance(value, float) and value.is_integer():
        return int(value)
    if kind is datetime.date and isinstance(value, str):
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            value = str(value)
    is_right = isinstance(value, kind) and not (kind is int and isinstance(value, bool))
    if is_right and not isinstance(value, datetime.datetime):
        return value
    do_this = CORRECT_VALUE
    if kind in (int, float) and isinstance(value, str):
        do_this = Text(
            "skriv tallet uden anførselstegn og med punktum som decimaltegn, fx 0.10",
            "write the number without quotation marks and with a decimal point, as 0.10",
        )
    problems.add(place, show_value(value), _KINDS[kind], do_this)
    return _EMPTY[kind]


def _read_number(value: object, place: str, problems: ProblemList) -> float:
    return cast(float, _read_scalar(float, value, place, problems))


def _read_choice(choices: tuple[str, ...], value: object, place: str, problems: ProblemList) -> object:
    if value not in choices:
        listed = ", ".join(choices)
        expected = Text(f"en af: {listed}", f"one of: {listed}")
        problems.add(place, show_value(value), expected, suggest(str(value), choices, CHOICE_NAMES))
        return choices[0]
    return value


def _read_list(
    item: Any, value: object, place: str, problems: ProblemList, metadata: _Metadata
) -> tuple[object, ...]:
    if not isinstance(value, (list, tuple)):
        problems.add(place, *describe_not_a_list(value, place))
        return ()
    return tuple(
        _read_value(item, part, f"{place}[{n}]", problems, metadata) for n, part in enumerate(value, start=1)
    )


def _read_by_name(
    item: Any, value: object, place: str, problems: ProblemList, metadata: _Metadata
) -> dict[str, object]:
    if not isinstance(value, Mapping):
        problems.add(place, show_value(value), TABLE, CORRECT_VALUE)
        return {}
    return {
        str(key): _read_value(item, part, f"{place}.{key}", problems, metadata) for key, part in value.items()
    }


_KEYS: Final[dict[str, tuple[Text, Text]]] = {
    "calendar_year": (
        Text("en tabel efter kalenderår, fx { 2026 = 40 }", "a table by calendar year, as { 2026 = 40 }"),
        Text("et kalenderår med fire cifre", "a calendar year of four digits"),
    ),
    "relative_year": (
        Text("en tabel efter profilens år, fx { 1 = -2.9 }", "a table by profile year, as { 1 = -2.9 }"),
        Text("et af profilens år: 1, 2, 3 ...", "a year of the profile: 1, 2, 3 ..."),
    ),
}


def _read_by_year(value: object, place: str, problems: ProblemList, keys: str) -> dict[int, float]:
    table, wanted = _KEYS[keys]
    if not isinstance(value, Mapping):
        problems.add(place, show_value(value), table, CORRECT_VALUE)
        return {}
    amounts: dict[int, float] = {}
    for key, amount in value.items():
        year = str(key)
        if not _is_year(year, keys):
            problems.add(f"{place}.{year}", show_value(year), wanted, CORRECT_VALUE)
            continue
        amounts[int(year)] = _read_number(amount, f"{place}.{year}", problems)
    return dict(sorted(amounts.items()))


def _is_year(text: str, keys: str) -> bool:
    if not (text.isascii() and text.isdigit()):
        return False
    if keys == "calendar_year":
        return len(text) == 4
    return not text.startswith("0") and len(text) <= 3 and int(text) <= MAX_RELATIVE_YEAR


def _read_year_amounts(value: object, place: str, problems: ProblemList) -> YearAmounts:
    if isinstance(value, Mapping):
        return YearAmounts(by_year=_read_by_year(value, place, problems, "calendar_year"))
    return YearAmounts(constant=_read_number(value, place, problems))


def _read_payer_shares(value: object, place: str, problems: ProblemList) -> PayerShares:
    if isinstance(value, str):
        return PayerShares({str(_read_choice(PAYERS, value, place, problems)): 1.0})
    if not isinstance(value, Mapping):
        expected = Text(
            f"en af: {', '.join(PAYERS)}, eller en tabel med andele",
            f"one of: {', '.join(PAYERS)}, or a table of shares",
        )
        problems.add(place, show_value(value), expected, CORRECT_VALUE)
        return PayerShares({PAYERS[0]: 1.0})
    return PayerShares(_read_by_payer(value, place, problems))


def _read_payer_amounts(value: object, place: str, problems: ProblemList) -> PayerAmounts:
    if not isinstance(value, Mapping):
        expected = Text("en tabel, fx { municipality = 800 }", "a table, as { municipality = 800 }")
        problems.add(place, show_value(value), expected, CORRECT_VALUE)
        return PayerAmounts({PAYERS[0]: 0.0})
    return PayerAmounts(_read_by_payer(value, place, problems))


def _read_by_payer(value: Mapping[str, Any], place: str, problems: ProblemList) -> dict[str, float]:
    _report_unknown_keys(value, set(PAYERS), place, problems)
    return {
        payer: _read_number(value[payer], f"{place}.{payer}", problems) for payer in PAYERS if payer in value
    }


def _read_committee_shares(value: object, place: str, problems: ProblemList) -> CommitteeShares:
    if isinstance(value, str):
        return CommitteeShares({value: 1.0})
    if not isinstance(value, Mapping):
        expected = Text(
            "et udvalgs navn, eller en tabel med andele", "a committee's name, or a table of shares"
        )
        problems.add(place, show_value(value), expected, CORRECT_VALUE)
        return CommitteeShares({"?": 1.0})
    return CommitteeShares(
        {str(name): _read_number(share, f"{place}.{name}", problems) for name, share in value.items()}
    )


_SMALL_READERS: Final[dict[Any, Any]] = {
    YearAmounts: _read_year_amounts,
    PayerShares: _read_payer_shares,
    PayerAmounts: _read_payer_amounts,
    CommitteeShares: _read_committee_shares,
}


def _empty(hint: Any) -> object:
    origin = typing.get_origin(hint)
    if origin in (types.UnionType, typing.Union):
        return None
    if origin is tuple:
        return ()
    if origin is Mapping:
        return {}
    if origin is typing.Literal:
        return typing.get_args(hint)[0]
    if hint is YearAmounts:
        return YearAmounts(constant=0.0)
    if hint is PayerAmounts:
        return PayerAmounts({})
    if hint is CommitteeShares:
        return CommitteeShares({"?": 1.0})
    if hint is PayerShares:
        return PayerShares({PAYERS[0]: 1.0})
    if dataclasses.is_dataclass(hint):
        return read_record(cast(type[object], hint), {}, "", ProblemList())
    return _EMPTY[hint]
