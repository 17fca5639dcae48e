"""The files of a delivery: one a register and year, appended to in row groups, complete at the end.

Belongs here: opening, buffering, closing and naming files. Does not belong here: what the rows are.
"""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sample_registers.registers.layout import LAYOUT
from sample_registers.registers.rows import Rendered

ROWS_BUFFERED = 30_000
"""Rows of a file held in memory before they become a row group."""


@dataclass
class RegisterFiles:
    """The open files of a delivery: rows are appended in row groups, every file exists at the end."""

    root: Path
    _writers: dict[tuple[str, int], pq.ParquetWriter] = field(default_factory=dict)
    _buffers: dict[tuple[str, int], list[pa.Table]] = field(default_factory=dict)

    def append(self, rendered: Rendered) -> None:
        """Append rows to the file of a register and year."""
        register, year, table = rendered
        buffer = self._buffers.setdefault((register, year), [])
        buffer.append(table)
        if sum(part.num_rows for part in buffer) >= ROWS_BUFFERED:
            self._write(register, year)

    def close(self) -> None:
        """Write what is left, and empty files for the years without rows."""
        for register, layout in LAYOUT.items():
            for year in layout.years or (0,):
                self._write(register, year)
                self._writers.pop((register, year)).close()

    def abandon(self) -> None:
        """Close the files as they are."""
        for writer in self._writers.values():
            writer.close()

    def _write(self, register: str, year: int) -> None:
        """Write the buffered rows of a file as row groups."""
        key = (register, year)
        if key not in self._writers:
            self._writers[key] = self._open(register, year)
        for table in self._buffers.pop(key, []):
            self._writers[key].write_table(table)

    def _open(self, register: str, year: int) -> pq.ParquetWriter:
        """Open the file of a register and year."""
        layout = LAYOUT[register]
        names = layout.columns_in(register, year)
        schema = pa.schema([(names[column.name], column.type) for column in layout.schema])
        path = self.root / register / (f"{year}.parquet" if year else f"{register}.parquet")
        path.parent.mkdir(parents=True, exist_ok=True)
        coded = [names[name] for name, kind in layout.columns.items() if kind == "str"]
        return pq.ParquetWriter(
            path,
            schema,
            compression="snappy",
            store_schema=False,
            write_statistics=False,
            use_dictionary=coded,
        )


@contextmanager
def open_delivery(out: Path) -> Iterator[RegisterFiles]:
    """Open the files of a delivery in a hidden folder, which gets its name only when everything is written.

    Parameters
    ----------
    out : Path
        Folder of the delivery; must not exist.

    Raises
    ------
    FileExistsError
        When `out` exists: a delivery is never written over.
    """
    if out.exists():
        raise FileExistsError(
            f"sample registers\n    found:    {out.name} exists\n"
            "    expected: a folder that does not exist yet\n"
            "    do this:  name another folder, or delete this one"
        )
    hidden = out.parent / f".{out.name}.{uuid.uuid4().hex[:8]}"
    hidden.mkdir(parents=True)
    files = RegisterFiles(hidden)
    try:
        yield files
        files.close()
        hidden.rename(out)
    except BaseException:
        files.abandon()
        shutil.rmtree(hidden, ignore_errors=True)
        raise


def describe_delivery(root: Path, **description: object) -> None:
    """Write `sample.json`: that the registers are a sample, and what was drawn."""
    text = json.dumps({"registers": "sample"} | description, indent=2, ensure_ascii=False)
    (root / "sample.json").write_text(text + "\n", encoding="utf-8")
