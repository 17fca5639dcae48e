"""The parts a register is read in: some years of it at a time, each delivered file in one part.

Belongs here: which years make a part and how its files are called. Does not belong here: reading (`read_register`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.declarations.register_layout import RegisterLayout
from pipeline.registers.delivered_files import find_file
from pipeline.registers.leaves import LeafRange

BYTES_A_PART = 48_000_000
"""Delivered bytes read in one part: small enough that little is lost when a build is interrupted, large enough that
each leaf range gets few files."""

PARTS_OF_REGISTER = 4
"""Parts of a smaller register, so that jobs side by side have about the same to do."""

SMALLEST_PART = 4_000_000
"""Delivered bytes below which a register is not shared out further."""

PARTS_OF_WEEKS = 4
"""Parts of a register with a column a week at most: each opens the one file, whose footer tells of every week."""


@dataclass(frozen=True)
class RegisterPart:
    """Some years of a register; of a register with a column a week, the columns of these years.

    Attributes
    ----------
    register : str
    years : tuple of int
        Empty for a register of one file without week columns.
    """

    register: str
    years: tuple[int, ...]

    @property
    def name(self) -> str:
        """The years, as files are called by them."""
        return f"{self.years[0]}_{self.years[-1]}" if self.years else "whole"

    def file_name(self, leaves: LeafRange) -> str:
        """Return the name of the file with the part's rows of a range of leaves."""
        return f"{Path(leaves.file_name).stem}_{self.name}.parquet"


def list_parts(
    root: Path, layout: RegisterLayout, bytes_a_part: int = BYTES_A_PART
) -> tuple[RegisterPart, ...]:
    """Share a register out into parts of about equal size, years in order.

    Parameters
    ----------
    root : Path
        The delivery.
    layout : RegisterLayout
    bytes_a_part : int
        Files are put together until they are as large.

    Returns
    -------
    tuple of RegisterPart
        At least one; no number depends on how many.
    """
    years = tuple(layout.week_columns) or layout.years
    if not years:
        return (RegisterPart(layout.name, ()),)
    sizes = [path.stat().st_size for path in list_files(root, layout, years)]
    if layout.is_one_file:
        bytes_a_part = max(bytes_a_part, sizes[0] // PARTS_OF_WEEKS)
        sizes = [sizes[0] // len(years)] * len(years)
    else:
        bytes_a_part = min(bytes_a_part, max(sum(sizes) // PARTS_OF_REGISTER, SMALLEST_PART))
    parts: list[list[int]] = [[]]
    held = 0
    for year, size in zip(years, sizes, strict=True):
        if parts[-1] and held + size > bytes_a_part:
            parts.append([])
            held = 0
        parts[-1].append(year)
        held += size
    return tuple(RegisterPart(layout.name, tuple(part)) for part in parts)


def list_files(root: Path, layout: RegisterLayout, years: Sequence[int]) -> list[Path]:
    """Return the delivered files of some years; the one file of a register without files a year."""
    if layout.is_one_file:
        return [find_file(root, layout, None)]
    return [find_file(root, layout, year) for year in years]
