"""Checks on a table, generated from its model with pandera.

Belongs here: turning a model into a pandera schema, checking a frame with it, and saying what failed in
counts. Does not belong here: rules that need two tables (`pipeline.release`). Frames are checked, never lazy
frames: pandera looks at names and types only of a lazy frame. pandera's own error text prints rows and is
never shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from schemas.intermediate_tables import INTERMEDIATE_TABLES
from schemas.release_tables import RELEASE_TABLES
from schemas.tables import Table
from schemas.vocabulary import Column

TABLES: dict[str, Table] = INTERMEDIATE_TABLES | RELEASE_TABLES
"""Every table by name."""

POLARS_TYPES: dict[str, pl.DataType] = {
    "text": pl.String(),
    "int16": pl.Int16(),
    "int32": pl.Int32(),
    "int64": pl.Int64(),
    "float64": pl.Float64(),
    "boolean": pl.Boolean(),
    "date": pl.Date(),
    "texts": pl.List(pl.String()),
    "floats": pl.List(pl.Float64()),
}
"""The polars type of every column type."""

_RENAMED = {"index": "index_"}
"""pandera 0.35 adds a column `index` of its own when it reports failures; a column of that name is checked
under another."""

_WORDS = {
    "column_in_schema": "only columns of the model",
    "column_in_dataframe": "the column is there",
    "multiple_fields_uniqueness": "unique key",
    "not_nullable": "no null",
}


@dataclass(frozen=True)
class Failure:
    """One check that failed: what was expected of which column, in how many rows it is not so.

    `n_rows` is 0 where the column as a whole is wrong: absent, unknown or of another type.
    """

    check: str
    column: str
    n_rows: int

    @property
    def found(self) -> str:
        """What was found, in words."""
        return f"{self.n_rows:,} rows that fail" if self.n_rows else "the column as a whole fails"


@dataclass(frozen=True)
class CheckResult:
    """What the checks of one table said: counts only, never a row or a value of a row."""

    table: str
    n_rows: int
    failures: tuple[Failure, ...]

    @property
    def passed(self) -> bool:
        """Whether every check holds."""
        return not self.failures

    def to_json(self) -> dict:
        """Return the result as plain data."""
        return {
            "table": self.table,
            "n_rows": self.n_rows,
            "passed": self.passed,
            "failures": [{"check": f.check, "column": f.column, "n_rows": f.n_rows} for f in self.failures],
        }

    def raise_if_failed(self) -> None:
        """Raise when a check failed.

        Raises
        ------
        TableError
            With every failure of the table.
        """
        if self.failures:
            raise TableError(self)


class TableError(ValueError):
    """A table that does not look as its model says."""

    def __init__(self, result: CheckResult) -> None:
        self.result = result
        lines = [f"{result.table}: {len(result.failures)} failed checks in {result.n_rows:,} rows"]
        lines += [
            f"  where: {result.table}.{f.column} · found: {f.found} · expected: {f.check}"
            for f in result.failures
        ]
        lines.append(f"  do this: mend what makes {result.table}; its model is in schemas/")
        super().__init__("\n".join(lines))


def _check_finite(data: pa.PolarsData) -> pl.LazyFrame:
    return data.lazyframe.select(pl.col(data.key).is_finite())


def _check_list_finite(data: pa.PolarsData) -> pl.LazyFrame:
    return data.lazyframe.select(
        pl.col(data.key).list.eval(pl.element().is_finite().fill_null(False)).list.all()
    )


def _column_checks(column: Column, *, is_release: bool) -> list[pa.Check]:
    checks = []
    if is_release and column.type == "text" and column.allowed is None and column.pattern is None:
        # an empty text and a missing one are the same in a CSV file
        checks.append(pa.Check.str_matches(r"(?s).*\S", error="not blank"))
    if column.minimum is not None:
        checks.append(pa.Check.ge(column.minimum, error=f"at least {column.minimum:g}"))
    if column.maximum is not None:
        checks.append(pa.Check.le(column.maximum, error=f"at most {column.maximum:g}"))
    if column.allowed is not None:
        checks.append(
            pa.Check.isin(list(column.allowed), error=f"one of {', '.join(map(str, column.allowed))}")
        )
    if column.pattern is not None:
        checks.append(pa.Check.str_matches(column.pattern, error=f"text like {column.pattern}"))
    if column.not_equal is not None:
        checks.append(pa.Check.ne(column.not_equal, error=f"not {column.not_equal:g}"))
    if column.type == "float64":
        checks.append(pa.Check(_check_finite, error="a finite number"))
    if column.type == "floats":
        checks.append(pa.Check(_check_list_finite, error="finite numbers only"))
    return checks


@cache
def make_schema(table: str) -> pa.DataFrameSchema:
    """Generate the pandera schema of a table.

    Parameters
    ----------
    table : str
        Name of a table in `TABLES`.
    """
    model = TABLES[table]
    columns = {
        _RENAMED.get(column.name, column.name): pa.Column(
            POLARS_TYPES[column.type],
            checks=_column_checks(column, is_release=model.is_release),
            nullable=column.name in model.nullable,
            description=column.comment,
        )
        for column in model.columns
    }
    return pa.DataFrameSchema(columns, strict=True, unique=list(model.key), name=table, description=model.en)


def _cast_without_loss(series: pl.Series, wanted: pl.DataType) -> pl.Series:
    found = series.dtype
    if found == wanted:
        return series
    same_kind = (
        (found.is_integer() and wanted.is_numeric())
        or ((found.is_float() or found.is_decimal()) and wanted.is_float())
        or (isinstance(found, pl.Categorical | pl.Enum) and wanted == pl.String)
        or found == pl.Null
        or (isinstance(found, pl.List | pl.Array) and isinstance(wanted, pl.List))
    )
    if not same_kind:
        return series
    try:
        return series.cast(wanted, strict=True)
    except pl.exceptions.PolarsError:
        return series


def conform_table(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Give a frame the column order and the exact types of its model, where that loses nothing.

    Integer widths are changed, decimals become floats, absent optional columns are added as null. What
    cannot be changed without loss is left for `check_table` to report; unknown columns stay, at the end.

    Parameters
    ----------
    table : str
        Name of a table in `TABLES`.
    frame : polars.DataFrame

    Raises
    ------
    KeyError
        When there is no such table.
    TypeError
        When `frame` is not a DataFrame.
    """
    if not isinstance(frame, pl.DataFrame):
        raise TypeError(
            f"{table}: found {type(frame).__name__}, expected a polars DataFrame: collect it first"
        )
    model = TABLES[table]
    series = []
    for column in model.columns:
        wanted = POLARS_TYPES[column.type]
        if column.name in frame.columns:
            series.append(_cast_without_loss(frame[column.name], wanted))
        elif column.name in model.optional:
            series.append(pl.Series(column.name, [None] * frame.height, dtype=wanted))
    unknown = [frame[name] for name in frame.columns if name not in model.column_names]
    return pl.DataFrame(series + unknown)


def _describe(error) -> Failure:
    cases = error.failure_cases
    name = getattr(error.schema, "name", None)
    name = next((own for own, other in _RENAMED.items() if other == name), name)
    check = str(error.check)
    if check in ("column_in_schema", "column_in_dataframe"):
        return Failure(_WORDS[check], str(cases), 0)
    if check.startswith("dtype("):
        return Failure(f"type {check[6:-1].strip(chr(39))}, found {cases}", str(name), 0)
    n_rows = cases.height if isinstance(cases, pl.DataFrame) else 0
    if check == "multiple_fields_uniqueness":
        return Failure(_WORDS[check], "key", n_rows)
    return Failure(_WORDS.get(check) or str(getattr(error.check, "error", None) or check), str(name), n_rows)


def check_table(table: str, frame: pl.DataFrame) -> CheckResult:
    """Check a frame against the model of its table.

    Parameters
    ----------
    table : str
        Name of a table in `TABLES`.
    frame : polars.DataFrame
        A frame, or a part of one within which the key must be unique. Integer widths and column order are
        free here (see `conform_table`).

    Returns
    -------
    CheckResult
        Failures by check and column, in counts.

    Raises
    ------
    KeyError
        When there is no such table.
    TypeError
        When `frame` is lazy: pandera would check names and types only.
    """
    conformed = conform_table(table, frame)
    try:
        make_schema(table).validate(conformed.rename(_RENAMED, strict=False), lazy=True)
    except SchemaErrors as errors:
        found = tuple(sorted((_describe(e) for e in errors.schema_errors), key=lambda f: (f.column, f.check)))
        return CheckResult(table, frame.height, found)
    return CheckResult(table, frame.height, ())
