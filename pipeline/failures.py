"""Ways a command stops that are no fault of what it was given: named here so that light commands know them.

Belongs here: the exceptions that the command line tells apart. Does not belong here: bad input
(`declarations/problems`), and any import: whoever only names these imports nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.release.gate import GateResult


MACHINE_ERRORS = (
    "OSError",
    "FileNotFoundError",
    "ConnectionResetError",
    "MemoryError",
    "KilledWorker",
    "BrokenProcessPool",
    "CommClosedError",
    "IOException",
    "OutOfMemoryException",
    "PermissionError",
    "TimeoutError",
)
"""Errors that say that there was no memory or no room, or that a file could not be read: not that data are wrong."""


class BuildFailed(RuntimeError):
    """A build stopped; what was there before is as it was, and what is built stays built."""

    @property
    def is_of_machine(self) -> bool:
        """Whether the machine failed, and not what was built."""
        return any(f"stopped with {name};" in str(self) for name in MACHINE_ERRORS)


class GateError(ValueError):
    """The release tables may not be published."""

    def __init__(self, result: GateResult) -> None:
        self.result = result
        lines = [
            f"The publication gate is closed: {len(result.failures)} of {len(result.checks)} checks fail"
        ]
        for number, check in enumerate(result.failures, 1):
            found = check.error or f"{check.n_failed:,} of {check.n_checked:,} fail"
            lines.append(
                f"{number:3d}. {check.table} · {check.name}\n"
                f"    found:    {found}\n"
                f"    expected: {check.en}\n"
                f"    do this:  mend what makes {check.table}; nothing was published"
            )
        super().__init__("\n".join(lines))
