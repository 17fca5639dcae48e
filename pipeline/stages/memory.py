"""How much memory a run may use, and the ranges of leaves that follow from it.

Belongs here: the declared budget and connections that keep to it. Does not belong here: what is done in a range.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from pipeline.project import Project
from pipeline.registers.leaves import LeafRange, split_leaves
from pipeline.views import THREADS

MEMORY_BUDGET = 6_000_000_000
"""Bytes a run may hold."""

BYTES_HELD_PER_BYTE_DELIVERED = 6
"""Memory needed by the largest step for every byte of Parquet delivered; measured on the sample registers."""


def split_by_memory(project: Project) -> tuple[LeafRange, ...]:
    """Return as few ranges of leaves as the budget allows; the results do not depend on it."""
    delivered = sum(path.stat().st_size for path in project.registers.rglob("*.parquet"))
    needed = delivered * BYTES_HELD_PER_BYTE_DELIVERED
    n_ranges = next((n for n in (1, 2, 4, 8) if needed <= n * MEMORY_BUDGET), 16)
    return split_leaves(n_ranges)


@contextmanager
def open_connection(project: Project) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a connection within the budget; it spills below the outputs, never elsewhere.

    Yields
    ------
    duckdb.DuckDBPyConnection
    """
    settings = {
        "threads": THREADS,
        "memory_limit": f"{MEMORY_BUDGET // 1_000_000}MB",
        "temp_directory": str(project.outputs / ".duckdb"),
        "preserve_insertion_order": "true",
    }
    with duckdb.connect(config=settings) as con:
        yield con
