"""Frictionless descriptions of tables, generated from their models.

Belongs here: the descriptor of a resource and its schema, as plain data. Does not belong here: writing the
file.
"""

from __future__ import annotations

from schemas.tables import Table
from schemas.vocabulary import Column

FIELD_TYPES = {
    "text": "string",
    "int16": "integer",
    "int32": "integer",
    "int64": "integer",
    "float64": "number",
    "boolean": "boolean",
    "date": "date",
}
"""The Frictionless type of every column type that a CSV file can hold."""


def describe_field(column: Column, *, is_nullable: bool) -> dict:
    """Describe a column as a Frictionless field.

    Parameters
    ----------
    column : Column
    is_nullable : bool

    Returns
    -------
    dict
        With `unit` beside the standard properties.

    Raises
    ------
    KeyError
        When the column is a list, which a CSV file cannot hold.
    """
    constraints: dict = {} if is_nullable else {"required": True}
    if column.minimum is not None:
        constraints["minimum"] = column.minimum
    if column.maximum is not None:
        constraints["maximum"] = column.maximum
    if column.allowed is not None:
        constraints["enum"] = list(column.allowed)
    if column.pattern is not None:
        constraints["pattern"] = column.pattern
    field = {
        "name": column.name,
        "type": FIELD_TYPES[column.type],
        "title": column.da,
        "description": column.en,
        "unit": column.unit.en,
        "unit_da": column.unit.da,
    }
    return field | ({"constraints": constraints} if constraints else {})


def describe_resource(model: Table, path: str, **more: object) -> dict:
    """Describe a table as a Frictionless resource.

    Parameters
    ----------
    model : Table
        A table without list columns.
    path : str
        Where the CSV file is, from the data package.
    **more
        Further properties, as `bytes` and `hash`.

    Returns
    -------
    dict
    """
    schema: dict = {
        "fields": [
            describe_field(column, is_nullable=column.name in model.nullable) for column in model.columns
        ],
        "missingValues": [""],
    }
    schema["primaryKey" if model.has_strict_key else "uniqueKeys"] = (
        list(model.key) if model.has_strict_key else [list(model.key)]
    )
    if model.references:
        schema["foreignKeys"] = [
            {"fields": [column], "reference": {"resource": table, "fields": [column]}}
            for column, table in model.references.items()
        ]
    return {
        "name": model.name,
        "type": "table",
        "path": path,
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "title": model.da,
        "description": model.en,
        **more,
        "schema": schema,
    }
