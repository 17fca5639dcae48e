"""What breaks a layout, counted while a file is read: each of its columns once, counts only, never a row.

Belongs here: how the counts of `value_checks` are taken. Does not belong here: which they are (`value_checks`), what a
count means (`judge_counts`), or reading the file (`read_file`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.registers.digit_checks import DigitTally
from pipeline.registers.value_checks import ValueCheck

Counts = Mapping[tuple[str, str], int]
"""(kind, column) to rows."""

_OF_DIGITS = {"empty": "empty", "not_pnr": "not_digits", "not_pattern": "not_digits", "repaired_pnr": "short"}
"""What each count is called for a column of digits."""


class FileCounts:
    """The counts of one file, rows by rows.

    Parameters
    ----------
    checks : sequence of ValueCheck
        What is counted.

    Attributes
    ----------
    digits : dict of str to DigitTally
        Columns of digits by their names in the file.
    words : dict of str to list of pyarrow.Table
        Columns with few distinct values, and how often each was found.
    """

    def __init__(self, checks: Sequence[ValueCheck]) -> None:
        self._checks = checks
        keys = {check.digits for check in checks if check.kind == "duplicate_key"}
        self.digits = {
            check.digits.name: DigitTally(check.digits, check.digits in keys)
            for check in checks
            if check.digits
        }
        self.words: dict[str, list[pa.Table]] = {check.words: [] for check in checks if check.words}
        self._n_empty = {check.filled: 0 for check in checks if check.filled}

    @property
    def others(self) -> list[str]:
        """Columns that are counted beside those of digits."""
        return [*self.words, *self._n_empty]

    def add_digits(self, name: str, texts: pl.Series) -> pl.Series:
        """Count rows of a column of digits; return them as numbers."""
        return self.digits[name].add(texts)

    def add(self, name: str, values: pa.Array) -> None:
        """Count rows of any other column; nothing is counted of one that no check is about.

        Raises
        ------
        pyarrow.ArrowException
            When a text is no text.
        """
        if name in self.words:
            found = pc.value_counts(values)
            words = found.field("values")
            if pa.types.is_dictionary(words.type):
                words = words.dictionary_decode()
            words.validate(full=True)
            self.words[name].append(pa.table({name: words, "n_rows": found.field("counts")}))
        elif name in self._n_empty:
            self._n_empty[name] += values.null_count

    def tell(self, con: duckdb.DuckDBPyConnection, path: Path) -> dict[tuple[str, str], int]:
        """Return all counts, when the file has been read to its end.

        Parameters
        ----------
        con : duckdb.DuckDBPyConnection
        path : Path
            The file, for counts that its rows do not tell one by one.

        Returns
        -------
        dict
            (kind, column) to rows, in the order of the checks.
        """
        counts: dict[tuple[str, str], int] = {}
        rest: list[ValueCheck] = []
        digits = {name: tally.tell() for name, tally in self.digits.items()}
        for check in self._checks:
            told = digits[check.digits.name] if check.digits else {}
            kind = _OF_DIGITS.get(check.kind, check.kind)
            if kind in told:
                counts[check.kind, check.column] = told[kind]
            elif check.filled:
                counts[check.kind, check.column] = self._n_empty[check.filled]
            elif not check.words:
                rest.append(check)
        for name, words in self.words.items():
            own = [check for check in self._checks if check.words == name]
            if words:
                con.register("words", pa.concat_tables(words))
                counts |= _count_sql(con, "words", own)
                con.unregister("words")
            else:
                counts |= {(check.kind, check.column): 0 for check in own}
        if rest:
            counts |= _count_sql(con, f"'{path}'", rest)
        return {(check.kind, check.column): counts[check.kind, check.column] for check in self._checks}


def _count_sql(
    con: duckdb.DuckDBPyConnection, rows: str, checks: Sequence[ValueCheck]
) -> dict[tuple[str, str], int]:
    """Take counts in one scan."""
    found = con.execute(f"SELECT {', '.join(check.sql for check in checks)} FROM {rows}").fetchall()[0]
    return {(check.kind, check.column): int(n or 0) for check, n in zip(checks, found, strict=True)}
