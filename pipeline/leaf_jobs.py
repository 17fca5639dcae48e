"""Jobs over ranges of leaves: pure functions of a range and the declarations, so that any executor may run them.

Belongs here: what a job is given, running one, keeping what it found until its table is in place, and adding up
results in leaf order. Does not belong here: what a job does (`registers`, `quantities`, `cohorts`, `panels`), which
executor runs it (`executors`).
"""

from __future__ import annotations

import pickle
import shutil
import tempfile
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from pipeline.declarations.problems import InputError
from pipeline.project import Project
from pipeline.registers.leaves import ALL_LEAVES, LeafRange
from pipeline.tables import WHOLE

MEMORY_FOR_DUCKDB = 0.7
"""Share of a job's memory that DuckDB may hold; the rest is for arrays and what DuckDB does not count."""


class JobFailed(RuntimeError):
    """A job stopped. Its message says where and never quotes the error, which may hold a person's row."""

    def __init__(self, message: str) -> None:
        super().__init__(message)


@dataclass(frozen=True)
class LeafJob:
    """What one job is given; what it does depends on nothing else.

    Attributes
    ----------
    project : Project
        Declarations and built tables.
    leaves : LeafRange
        Leaves read and written.
    groups : tuple of str
        Partitions built together: target groups, or `all`.
    folders : mapping of (table, partition) to Path
        Where files are written; a file of these leaves is named `leaves.file_name`.
    memory : int
        Bytes the job may hold.
    payload : object
        What an earlier step found over all leaves; can be pickled.
    """

    project: Project = field(repr=False)
    leaves: LeafRange
    groups: tuple[str, ...]
    folders: Mapping[tuple[str, str], Path] = field(repr=False)
    memory: int
    payload: Any = field(default=None, repr=False)

    def folder(self, table: str, partition: str = WHOLE) -> Path:
        """Return the folder a table is written into."""
        return self.folders[table, partition]

    def path(self, table: str, partition: str = WHOLE) -> Path:
        """Return the file that holds these leaves of a table; write it under another name, then rename it."""
        return self.folder(table, partition) / self.leaves.file_name

    @contextmanager
    def open_connection(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open DuckDB in memory with one thread; it spills into a folder of its own below the outputs.

        Yields
        ------
        duckdb.DuckDBPyConnection
        """
        with open_duckdb(self.project, int(self.memory * MEMORY_FOR_DUCKDB), n_threads=1) as con:
            yield con


@contextmanager
def open_duckdb(project: Project, memory: int, n_threads: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open DuckDB in memory within a budget; two connections never share a folder to spill into.

    Parameters
    ----------
    project : Project
    memory : int
        Bytes its buffers may hold.
    n_threads : int

    Yields
    ------
    duckdb.DuckDBPyConnection
    """
    spill = project.outputs / ".duckdb"
    spill.mkdir(parents=True, exist_ok=True)
    own = tempfile.mkdtemp(dir=spill)
    settings = {
        "threads": n_threads,
        "memory_limit": f"{memory // 1_000_000}MB",
        "temp_directory": own,
        "preserve_insertion_order": "true",
    }
    try:
        with duckdb.connect(config=settings) as con:
            yield con
    finally:
        shutil.rmtree(own, ignore_errors=True)


def run_job(function: Callable[[LeafJob], Any], job: LeafJob, record: Path) -> Any:
    """Run one job, or take what it found in an earlier run that was interrupted.

    Parameters
    ----------
    function : callable
        A function of a module, or a `functools.partial` of one, so that it can be sent to another process.
    job : LeafJob
    record : Path
        Where its result is kept until the table is in place.

    Returns
    -------
    object
        The result of `function`.

    Raises
    ------
    JobFailed
        Without the text of the error.
    InputError
        As raised: it holds counts only.
    """
    if record.exists():
        with record.open("rb") as file:
            return pickle.load(file)
    try:
        result = function(job)
    except InputError:
        raise
    except Exception as error:
        raise JobFailed(tell_error(error, f"leaves {job.leaves.first}-{job.leaves.last}")) from None
    scratch = record.with_suffix(".part")
    with scratch.open("wb") as file:
        pickle.dump(result, file, protocol=pickle.HIGHEST_PROTOCOL)
    scratch.replace(record)
    return result


def run_sent_job(sent: bytes, record: Path) -> Any:
    """Run a job that was sent to another process: `pack_job` made the bytes, only the worker opens them.

    Raises
    ------
    JobFailed, InputError
        As in `run_job`; also when the worker has other code or declarations.
    """
    try:
        function, job = pickle.loads(sent)
    except InputError:
        raise
    except Exception as error:
        raise JobFailed(tell_error(error, "a worker")) from None
    return run_job(function, job, record)


def pack_job(function: Callable[[LeafJob], Any], job: LeafJob) -> bytes:
    """Return a function of a module and its job as bytes."""
    return pickle.dumps((function, job), protocol=pickle.HIGHEST_PROTOCOL)


def tell_error(error: BaseException, of: str) -> str:
    """Tell where an unexpected error arose. Its own text may quote a row of a register, so it is left out."""
    where = [
        f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    return (
        f"{of} stopped with {type(error).__name__}; its text is left out because it may quote a person's row\n"
        f"    at: {' > '.join(where[-6:])}"
    )


def name_function(function: Callable[..., Any]) -> str:
    """Return the name of a job's function, of the function itself where it is a partial."""
    while isinstance(function, partial):
        function = function.func
    return f"{function.__module__}.{function.__qualname__}"


class LeafTree:
    """Adds up results of ranges of leaves as they come in, always in the same order.

    The order is a balanced binary tree over the leaves: the left half of a range plus its right half, all the way
    up. A range is a node of the tree, so the sum is the same to the bit however leaves are grouped into ranges.

    Parameters
    ----------
    add : callable
        `add(left, right)` gives the sum of two results; None stands for nothing and is never passed to it.
    """

    def __init__(self, add: Callable[[Any, Any], Any]) -> None:
        self._add = add
        self._nodes: dict[LeafRange, Any] = {}

    def put(self, leaves: LeafRange, value: Any) -> None:
        """Put in the result of one range; halves that meet are added at once."""
        sibling = leaves.sibling
        while sibling is not None and sibling in self._nodes:
            other = self._nodes.pop(sibling)
            first, second = (value, other) if leaves < sibling else (other, value)
            value = first if second is None else second if first is None else self._add(first, second)
            leaves = leaves.parent
            sibling = leaves.sibling
        self._nodes[leaves] = value

    @property
    def total(self) -> Any:
        """The sum of all leaves.

        Raises
        ------
        ValueError
            When leaves are missing.
        """
        if set(self._nodes) != {ALL_LEAVES}:
            raise ValueError(f"leaves put in: {sorted(self._nodes)}; expected all of them")
        return self._nodes[ALL_LEAVES]
