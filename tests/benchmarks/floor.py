"""Benchmark: the floor of a build. DuckDB on two threads scans the needed columns of the delivered files once.

Belongs here: the scan and how much it reads. Does not belong here: anything the pipeline does with what it reads.

    python -m tests.benchmarks.floor DELIVERY [--repeat N]

Needed are the columns that stage 1 reads. Each is summed (texts by their length), so that no value can be skipped.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from pipeline.declarations.register_layout import RegisterLayout, RegisterLayouts
from pipeline.declarations.register_layouts import load_register_layouts
from pipeline.registers.delivered_files import find_file

N_THREADS = 2
_SUMS = {"date": "sum({} - DATE '2000-01-01')", "integer": "sum({})", "decimal": "sum({})"}


@dataclass(frozen=True)
class Floor:
    """One scan of a delivery: seconds, bytes of the column chunks read, and values summed."""

    seconds: float
    bytes_read: int
    n_values: int


def scan_delivery(root: Path, layouts: RegisterLayouts | None = None) -> Floor:
    """Scan every needed column of a delivery once.

    Parameters
    ----------
    root : Path
        Folder of the delivery.
    layouts : RegisterLayouts, optional
        The declared layouts when left out.
    """
    layouts = layouts or load_register_layouts()
    files = [found for layout in layouts.registers.values() for found in _list_files(root, layout)]
    footers = [pq.ParquetFile(path).metadata for path, _ in files]
    bytes_read = sum(
        _count_bytes(footer, set(columns)) for footer, (_, columns) in zip(footers, files, strict=True)
    )
    n_values = sum(
        footer.num_rows * len(columns) for footer, (_, columns) in zip(footers, files, strict=True)
    )
    with duckdb.connect(config={"threads": N_THREADS}) as con:
        started = time.perf_counter()
        for path, columns in files:
            con.execute(f"SELECT {', '.join(columns.values())} FROM '{path}'").fetchall()
        return Floor(time.perf_counter() - started, bytes_read, n_values)


def _list_files(root: Path, layout: RegisterLayout) -> Iterator[tuple[Path, dict[str, str]]]:
    """Give each delivered file with its needed columns and their sums."""
    for year in layout.years or (None,):
        columns = {
            name: _SUMS.get(column.type, "sum(strlen({}))").format(name)
            for name, column in layout.columns_in(year).items()
            if column.is_read
        }
        yield find_file(root, layout, year), columns


def _count_bytes(footer: pq.FileMetaData, columns: set[str]) -> int:
    """Add up the compressed sizes of the column chunks of some columns."""
    total = 0
    for number in range(footer.num_row_groups):
        group = footer.row_group(number)
        chunks = (group.column(position) for position in range(group.num_columns))
        total += sum(chunk.total_compressed_size for chunk in chunks if chunk.path_in_schema in columns)
    return total


def main() -> None:
    """Scan a delivery and print each time."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("delivery", type=Path)
    arguments.add_argument("--repeat", type=int, default=3)
    given = arguments.parse_args()
    for _ in range(given.repeat):
        floor = scan_delivery(given.delivery)
        print(
            f"{floor.seconds:8.2f} s {floor.bytes_read / 1e6:10.1f} MB {floor.n_values / 1e6:10.1f} M values"
        )


if __name__ == "__main__":
    main()
