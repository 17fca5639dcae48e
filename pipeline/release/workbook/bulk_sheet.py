"""A worksheet whose rows are written in bulk, with every digit of a number.

Belongs here: turning a frame into the cells of a sheet. Does not belong here: what stands on it (`table_sheet`).

XlsxWriter writes a number with 16 digits, and a cell at a time: 16 digits lose the last bit of four numbers in ten, and
a million cells take seven seconds. Here polars writes the rows, each number as the shortest text that reads back as it.

Known limitations: it builds on names XlsxWriter 3 does not document (`_write_rows`, `_check_dimensions`, `str_table`,
`_get_xf_index`); reading the file back is tested.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

import polars as pl
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

YES, NO = "ja", "nej"
_DAY_0 = datetime.date(1899, 12, 30)
"""Excel counts days from here, from 1 March 1900 on."""
_ROWS_AT_ONCE = 20_000


class BulkSheet(Worksheet):
    """A worksheet with a head written cell by cell and, below it, the rows of a frame."""

    def __init__(self) -> None:
        super().__init__()
        self._first_row = 0
        self._row_opening = ""
        self._values = pl.DataFrame()
        self._openings: list[tuple[str, str]] = []

    def write_frame(
        self, first_row: int, frame: pl.DataFrame, styles: Sequence[Format], height: float | None = None
    ) -> None:
        """Write a frame; a missing value is an empty cell.

        Parameters
        ----------
        first_row : int
            From 0, below everything written cell by cell.
        frame : polars.DataFrame
            Text, numbers, dates, yes or no, and lists of text, which are joined.
        styles : sequence of xlsxwriter.format.Format
            One a column.
        height : float, optional
            Of every row, in points; the sheet's own when None.
        """
        self._first_row = first_row
        self._row_opening = '">' if height is None else f'" ht="{height:g}" customHeight="1">'
        values = []
        for place, (series, style) in enumerate(zip(frame.iter_columns(), styles, strict=True)):
            value, kind = self._encode(series)
            values.append(value.alias(str(place)))
            letters = xl_col_to_name(place)
            self._openings.append((f'<c r="{letters}', f'" s="{style._get_xf_index()}"{kind}><v>'))
        self._values = pl.DataFrame(values)
        if frame.height:
            self._check_dimensions(first_row + frame.height - 1, frame.width - 1)

    def _encode(self, series: pl.Series) -> tuple[pl.Series, str]:
        """Return what stands in the cells of a column, and what kind of cell they are."""
        if isinstance(series.dtype, pl.List):
            series = series.list.join(", ")
        if series.dtype == pl.Boolean:
            series = series.replace_strict({True: YES, False: NO}, return_dtype=pl.String)
        if series.dtype == pl.Date:
            return (series - _DAY_0).dt.total_days(), ""
        if series.dtype != pl.String:
            return series, ""
        texts = series.drop_nulls().unique(maintain_order=True)
        places = [self.str_table._get_shared_string_index(text) for text in texts]
        self.str_table.count += series.len() - series.null_count() - len(places)
        return series.replace_strict(texts, places, return_dtype=pl.UInt32), ' t="s"'

    def _write_rows(self) -> None:
        """Write the head as XlsxWriter does, then the rows."""
        last_row, self.dim_rowmax = self.dim_rowmax, self._first_row - 1
        super()._write_rows()
        self.dim_rowmax = last_row
        for text in self._make_rows():
            self.fh.write(text)

    def _make_rows(self) -> Iterator[str]:
        row = pl.col("row").cast(pl.String)
        cells = [
            pl.concat_str(
                pl.lit(opening), row, pl.lit(rest), pl.col(name).cast(pl.String), pl.lit("</v></c>")
            )
            for (opening, rest), name in zip(self._openings, self._values.columns, strict=True)
        ]
        opening = pl.lit('<row r="'), row, pl.lit(self._row_opening)
        line = pl.concat_str(*opening, *(cell.fill_null("") for cell in cells))
        numbered = self._values.with_row_index("row", offset=self._first_row + 1)
        for part in numbered.iter_slices(_ROWS_AT_ONCE):
            yield "</row>".join([*part.select(line).to_series(), ""])
