"""Great Expectations suites of tables, generated from their models as plain data.

Belongs here: what is expected of one table by itself. Does not belong here: importing Great Expectations (it
takes seconds) or rules that need two tables (`pipeline.release`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from schemas.tables import Table
from schemas.vocabulary import Column


@dataclass(frozen=True)
class Expectation:
    """One expectation: the class name in `great_expectations.expectations` and its arguments."""

    type: str
    arguments: dict
    da: str
    en: str
    column: str = field(default="")


def _expect_of_values(column: Column) -> list[Expectation]:
    found = []
    if column.minimum is not None or column.maximum is not None:
        bounds = {"min_value": column.minimum, "max_value": column.maximum}
        low = "−∞" if column.minimum is None else f"{column.minimum:g}"
        high = "∞" if column.maximum is None else f"{column.maximum:g}"
        found.append(
            Expectation(
                "ExpectColumnValuesToBeBetween",
                {"column": column.name} | bounds,
                f"{column.name} ligger mellem {low} og {high}",
                f"{column.name} is between {low} and {high}",
                column.name,
            )
        )
    if column.allowed is not None:
        found.append(
            Expectation(
                "ExpectColumnValuesToBeInSet",
                {"column": column.name, "value_set": list(column.allowed)},
                f"{column.name} er en af {len(column.allowed)} tilladte værdier",
                f"{column.name} is one of {len(column.allowed)} allowed values",
                column.name,
            )
        )
    if column.pattern is not None:
        found.append(
            Expectation(
                "ExpectColumnValuesToMatchRegex",
                {"column": column.name, "regex": column.pattern},
                f"{column.name} har den rette form",
                f"{column.name} has the right form",
                column.name,
            )
        )
    return found


def expect_of_table(model: Table) -> list[Expectation]:
    """Generate what is expected of a table: its columns, its key, no null where none is allowed, ranges and
    lists.

    Parameters
    ----------
    model : Table
        List columns are left out: Great Expectations cannot look into them.

    Returns
    -------
    list of Expectation
    """
    plain = [column for column in model.columns if not column.is_list]
    found = [
        Expectation(
            "ExpectTableColumnsToMatchSet",
            {"column_set": [column.name for column in plain], "exact_match": True},
            "Kolonnerne er kontraktens",
            "The columns are those of the contract",
        )
    ]
    if len(model.key) > 1:
        key = Expectation(
            "ExpectCompoundColumnsToBeUnique",
            {"column_list": list(model.key), "ignore_row_if": "never"},
            f"Nøglen ({', '.join(model.key)}) er entydig",
            f"The key ({', '.join(model.key)}) is unique",
        )
    else:
        key = Expectation(
            "ExpectColumnValuesToBeUnique",
            {"column": model.key[0]},
            f"Nøglen ({model.key[0]}) er entydig",
            f"The key ({model.key[0]}) is unique",
            model.key[0],
        )
    found.append(key)
    for column in plain:
        if column.name not in model.nullable:
            found.append(
                Expectation(
                    "ExpectColumnValuesToNotBeNull",
                    {"column": column.name},
                    f"{column.name} er udfyldt overalt",
                    f"{column.name} is filled in everywhere",
                    column.name,
                )
            )
        found += _expect_of_values(column)
    return found
