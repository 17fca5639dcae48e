"""JSON Schema of an intervention and of a plan, generated from the dataclasses that read them.

Here: the schema. Not here: reading (`record_reading`), which refuses the same types, missing values and ranges, and
what no schema can say (years in the horizon, shares that add up to 1, what the release holds).
"""

from __future__ import annotations

import dataclasses
import datetime
import types
import typing
from collections.abc import Mapping
from typing import Any, Final, Literal

from soem_engine.amounts import PAYERS, CommitteeShares, PayerAmounts, PayerShares, YearAmounts
from soem_engine.intervention import Intervention
from soem_engine.plan import Plan
from soem_engine.record_reading import is_required

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_NUMBER: Final = {"type": "number"}
_SCALARS: Final[dict[Any, dict[str, Any]]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: _NUMBER,
    bool: {"type": "boolean"},
    datetime.date: {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
}
_KEYS: Final = {"calendar_year": r"^\d{4}$", "relative_year": r"^([1-9]\d?|100)$"}


def find_schema(of: Literal["intervention", "plan"] = "intervention") -> dict[str, Any]:
    """Return the JSON Schema of an intervention file, or of a plan of several.

    TOML and JSON have the same names; a TOML date is a JSON text `2021-01-31`.
    """
    record = Intervention if of == "intervention" else Plan
    definitions: dict[str, Any] = {}
    reference = _describe_record(record, definitions)
    schema = {"$schema": DIALECT, "title": f"SØM {of}", **reference, "$defs": definitions}
    if of == "intervention":
        committees = definitions["Intervention"]["properties"]["committees"]
        as_file = {"type": "string", "description": "A TOML file beside the intervention"}
        definitions["Intervention"]["properties"]["committees"] = {"anyOf": [committees, as_file]}
    return schema


def _describe_record(record: type, definitions: dict[str, Any]) -> dict[str, Any]:
    name = record.__name__
    if name not in definitions:
        definitions[name] = {}
        hints = typing.get_type_hints(record)
        fields = dataclasses.fields(record)
        described: dict[str, Any] = {
            "type": "object",
            "description": (record.__doc__ or "").strip().partition("\n")[0],
            "additionalProperties": False,
            "properties": {
                field.name: _describe(hints[field.name], field.metadata, definitions) for field in fields
            },
            "required": [f.name for f in fields if is_required(f) and "unless" not in f.metadata],
        }
        choices = [
            {"anyOf": [{"required": [other]} for other in (f.name, *f.metadata["unless"])]}
            for f in fields
            if "unless" in f.metadata
        ]
        if choices:
            described["allOf"] = choices
        definitions[name] = described
    return {"$ref": f"#/$defs/{name}"}


def _describe(hint: Any, metadata: Mapping[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        hint = next(part for part in inner if part is not type(None))
        return _describe(hint, metadata, definitions)
    number = _limit(_NUMBER, metadata)
    if hint is YearAmounts:
        return {"anyOf": [number, _by_key(_KEYS["calendar_year"], number, 1)]}
    if hint is PayerShares:
        return {"anyOf": [{"enum": list(PAYERS)}, _by_name(PAYERS, number)]}
    if hint is PayerAmounts:
        return {**_by_name(PAYERS, number), "minProperties": 1}
    if hint is CommitteeShares:
        return {"anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": number}]}
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _describe_record(hint, definitions)
    if origin is Literal:
        return {"enum": list(inner)}
    if origin is tuple:
        items = _describe(inner[0], {}, definitions)
        return {"type": "array", "items": items, "minItems": metadata.get("min_items", 0)}
    if origin is Mapping and inner[0] is str:
        return {"type": "object", "additionalProperties": _describe(inner[1], metadata, definitions)}
    if origin is Mapping:
        return _by_key(_KEYS[metadata.get("keys", "calendar_year")], number, 0)
    return _limit(_SCALARS[hint], metadata)


def _limit(described: Mapping[str, Any], metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Add the range of a number, and that a text must say something."""
    limited = dict(described)
    if limited.get("type") in ("number", "integer"):
        limited |= {key: metadata[key] for key in ("minimum", "maximum") if key in metadata}
    if metadata.get("filled") and limited.get("type") == "string":
        limited["pattern"] = r"\S"
    return limited


def _by_key(pattern: str, value: dict[str, Any], least: int) -> dict[str, Any]:
    return {
        "type": "object",
        "patternProperties": {pattern: value},
        "additionalProperties": False,
        "minProperties": least,
    }


def _by_name(names: tuple[str, ...], value: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict.fromkeys(names, value),
        "additionalProperties": False,
    }
