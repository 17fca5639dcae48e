"""The data dictionary, generated from the models: what every table and column means, as text to read.

Belongs here: writing the models as Markdown. Does not belong here: the models.
"""

from __future__ import annotations

from collections.abc import Iterable

from schemas.tables import Table
from schemas.vocabulary import Column

_HEADS = {
    "da": ("Kolonne", "Type", "Enhed", "Beskrivelse", "Værdier", "Nøgle", "må mangle"),
    "en": ("Column", "Type", "Unit", "Description", "Values", "Key", "may be missing"),
}


def tell_values(column: Column) -> str:
    """Tell which values a column may have: its list, or its limits; empty where anything may be."""
    if column.allowed:
        return ", ".join(str(value) for value in column.allowed)
    if column.minimum is None and column.maximum is None:
        return ""
    low = "" if column.minimum is None else f"{column.minimum:g}"
    high = "" if column.maximum is None else f"{column.maximum:g}"
    return f"{low}–{high}" if high else f"≥ {low}"


def write_dictionary(models: Iterable[Table], language: str) -> str:
    """Write the data dictionary of tables as Markdown.

    Parameters
    ----------
    models : iterable of Table
    language : str
        `da` or `en`.

    Returns
    -------
    str
    """
    name, type_, unit, description, values, key, missing = _HEADS[language]
    lines = []
    for model in models:
        lines += [f"## {model.name}", "", getattr(model, language) + ".", ""]
        lines += [f"{key}: {', '.join(f'`{part}`' for part in model.key)}", ""]
        lines += [f"| {name} | {type_} | {unit} | {description} | {values} |", "|---|---|---|---|---|"]
        for column in model.columns:
            note = f" ({missing})" if column.name in model.nullable else ""
            texts = getattr(column.unit, language), getattr(column, language) + note, tell_values(column)
            lines.append(f"| `{column.name}` | {column.type} | " + " | ".join(texts) + " |")
        lines.append("")
    return "\n".join(lines)
