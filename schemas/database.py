"""DuckDB statements of a table, generated from its model.

Belongs here: CREATE TABLE with keys, COMMENT ON. Does not belong here: opening a database or writing rows.
"""

from __future__ import annotations

from schemas.tables import Table

SQL_TYPES = {
    "text": "VARCHAR",
    "int16": "SMALLINT",
    "int32": "INTEGER",
    "int64": "BIGINT",
    "float64": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "texts": "VARCHAR[]",
    "floats": "DOUBLE[]",
}
"""The DuckDB type of every column type."""


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def write_create_table(model: Table) -> str:
    """Write the CREATE TABLE statement of a table, with its key.

    A key of which a part may be null cannot be a primary key in SQL; such a key is told in the table's
    comment and checked before the table is written.

    Parameters
    ----------
    model : Table

    Returns
    -------
    str
    """
    lines = [
        f'    "{column.name}" {SQL_TYPES[column.type]}{"" if column.name in model.nullable else " NOT NULL"}'
        for column in model.columns
    ]
    if model.has_strict_key:
        lines.append(f"    PRIMARY KEY ({', '.join(model.key)})")
    return f"CREATE TABLE {model.name} (\n" + ",\n".join(lines) + "\n)"


def write_comments(model: Table, note: str = "") -> list[str]:
    """Write the COMMENT statements of a table and of each of its columns.

    Parameters
    ----------
    model : Table
    note : str
        Added to the comment of the table, as that its registers are invented.

    Returns
    -------
    list of str
        One statement the table and one each column.
    """
    comment = f"{model.da} / {model.en}. Nøgle / key: {', '.join(model.key)}."
    statements = [f"COMMENT ON TABLE {model.name} IS {_quote(f'{comment} {note}'.strip())}"]
    for column in model.columns:
        text = column.comment
        if column.name in model.references:
            text += f" → {model.references[column.name]}"
        statements.append(f'COMMENT ON COLUMN {model.name}."{column.name}" IS {_quote(text)}')
    return statements
