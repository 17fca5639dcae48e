"""What stands in the cells of a workbook, as outside programs read it.

Belongs here: reading sheets back as columns, with openpyxl and from LibreOffice's binary format. Does not belong here:
what is expected.
"""

from __future__ import annotations

import datetime
import struct
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import polars as pl

from pipeline.release.workbook.table_sheet import FIRST_ROW, NAME_ROW

_END_OF_CHAIN = 0xFFFFFFFE
_NUMBER, _RK, _SEVERAL_RK, _START = 0x0203, 0x027E, 0x00BD, 0x0809
_OF_A_SHEET = 0x0010

Cells = dict[tuple[int, int], float]


def read_columns(sheet: openpyxl.worksheet.worksheet.Worksheet) -> dict[str, list]:
    """Read the columns of a table's sheet that are of the table, by name."""
    rows = list(sheet.iter_rows(min_row=NAME_ROW + 1, values_only=True))
    return {
        name: [row[place] for row in rows[FIRST_ROW - NAME_ROW :]]
        for place, name in enumerate(rows[0])
        if name is not None
    }


def expect_cells(series: pl.Series) -> list:
    """Return what the cells of a column must hold: words for yes and no, a day as Excel's date, nothing for null."""
    if series.dtype == pl.Boolean:
        return [None if value is None else "ja" if value else "nej" for value in series]
    if series.dtype == pl.Date:
        return [None if day is None else datetime.datetime.combine(day, datetime.time()) for day in series]
    return series.to_list()


def to_bits(values: list) -> list:
    """Return values that are equal only when every bit of a number is."""
    return [struct.pack("<d", value + 0.0) if isinstance(value, (int, float)) else value for value in values]


def read_binary_numbers(file: Path) -> list[Cells]:
    """Read the numbers of every sheet of an .xls file, by row and column from 0.

    LibreOffice writes 15 digits into every text format, but the eight bytes of a number into this one.
    """
    sheets: list[Cells] = []
    for kind, body in _read_records(_read_stream(file.read_bytes(), "Workbook")):
        if kind == _START and struct.unpack_from("<H", body, 2)[0] == _OF_A_SHEET:
            sheets.append({})
        elif kind == _NUMBER:
            row, column, _, value = struct.unpack("<HHHd", body[:14])
            sheets[-1][row, column] = value
        elif kind == _RK:
            row, column, _, packed = struct.unpack("<HHHI", body[:10])
            sheets[-1][row, column] = _unpack_rk(packed)
        elif kind == _SEVERAL_RK:
            row, first = struct.unpack_from("<HH", body)
            for place in range((len(body) - 6) // 6):
                packed = struct.unpack_from("<I", body, 4 + 6 * place + 2)[0]
                sheets[-1][row, first + place] = _unpack_rk(packed)
    return sheets


def _unpack_rk(packed: int) -> float:
    """Unpack a number of 30 bits: the top of a float or a whole number, perhaps a hundredth."""
    if packed & 2:
        value = float(struct.unpack("<i", struct.pack("<I", packed))[0] >> 2)
    else:
        value = struct.unpack("<d", struct.pack("<II", 0, packed & 0xFFFFFFFC))[0]
    return value / 100 if packed & 1 else value


def _read_records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, place)
        yield kind, stream[place + 4 : place + 4 + length]
        place += 4 + length


def _read_stream(content: bytes, name: str) -> bytes:
    """Read one stream of a compound file."""
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    sectors = [content[place : place + size] for place in range(size, len(content), size)]
    n_tables, first_folder = (
        struct.unpack_from("<I", content, 44)[0],
        struct.unpack_from("<I", content, 48)[0],
    )
    places = struct.unpack_from(f"<{n_tables}I", content, 76)
    following = [n for place in places for n in struct.unpack(f"<{size // 4}I", sectors[place])]

    def join(sector: int) -> bytes:
        parts = []
        while sector < _END_OF_CHAIN:
            parts.append(sectors[sector])
            sector = following[sector]
        return b"".join(parts)

    folder = join(first_folder)
    for place in range(0, len(folder), 128):
        length = struct.unpack_from("<H", folder, place + 64)[0]
        if folder[place : place + max(length - 2, 0)].decode("utf-16-le") == name:
            start, n_bytes = struct.unpack_from("<II", folder, place + 116)
            return join(start)[:n_bytes]
    raise LookupError(f"no stream {name}")
