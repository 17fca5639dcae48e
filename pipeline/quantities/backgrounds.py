"""Employment and education of every person by year, small enough that each range of leaves can look up parents.

Belongs here: backgrounds of one range of leaves kept as arrays, and looking persons up in those of all ranges. Does
not belong here: what is built of them (`persons`).

Parents can be in any leaf. A person's years are one byte each: the whole country over twenty years is some 200 MB,
which every job maps into memory and none copies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.declarations.register_layout import CodeList
from pipeline.quantities.leaf_tables import LeafTables
from pipeline.quantities.packed_rows import (
    YEAR_BITS,
    YEAR_ZERO,
    check_fits,
    count_runs,
    find_sorted,
    find_starts,
)
from pipeline.registers.leaves import LeafRange, leaf_of

UNKNOWN = "unknown"
_CODE_BITS = 4
_CODE_MASK = (1 << _CODE_BITS) - 1
_DELIVERED_BITS = 17
"""Codes of SOCIO13 and HFAUDD are whole numbers below 131,072."""
_SOURCES = (("akm", "employment_code", "socio13", _CODE_BITS), ("udda", "education_code", "hfaudd", 0))
"""Register, code list, column and where the position lies in a byte."""


@dataclass(frozen=True)
class Backgrounds:
    """Backgrounds of the persons of some leaves, by person and year.

    Attributes
    ----------
    leaves : LeafRange
    pnr : (P,) int64 array
        Sorted.
    codes : (P, Y) uint8 array
        Position of the kind of employment (high four bits) and of education (low) in each year of the delivery.
    """

    leaves: LeafRange
    pnr: np.ndarray
    codes: np.ndarray


def keep_backgrounds(tables: LeafTables) -> None:
    """Write the backgrounds of the persons of these leaves, for `find_backgrounds` of any leaves."""
    years = range(tables.layouts.first_year, tables.layouts.last_year + 1)
    rows = [
        _read_positions(tables, register, code_list, column) for register, code_list, column, _ in _SOURCES
    ]
    pnr = np.union1d(*(own[find_starts(own)] for own in (packed >> YEAR_BITS for packed, _ in rows)))
    codes = np.full((len(pnr), len(years)), _unknown(tables), dtype=np.uint8)
    for (packed, kind), (*_, shift) in zip(rows, _SOURCES, strict=True):
        starts = find_starts(packed >> YEAR_BITS)
        position, _ = find_sorted(packed[starts] >> YEAR_BITS, pnr)
        position = np.repeat(position, count_runs(starts, len(packed)))
        year = (packed & ((1 << YEAR_BITS) - 1)) + (YEAR_ZERO - years[0])
        other = codes[position, year] & np.uint8(_CODE_MASK << (_CODE_BITS - shift))
        codes[position, year] = other | (kind << np.uint8(shift))
    folder = tables.kept_folder("backgrounds")
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / _name(tables.leaves, "pnr"), pnr)
    np.save(folder / _name(tables.leaves, "codes"), codes)


def open_backgrounds(tables: LeafTables) -> list[Backgrounds]:
    """Map the backgrounds of all leaves into memory; `keep_backgrounds` must have been run on them."""
    files = sorted(tables.kept_folder("backgrounds").glob("*_pnr.npy"))
    ranges = [LeafRange.of_file(file.name) for file in files]
    return [
        Backgrounds(
            held, np.load(file, mmap_mode="r"), np.load(file.with_name(_name(held, "codes")), mmap_mode="r")
        )
        for held, file in zip(ranges, files, strict=True)
    ]


def find_backgrounds(tables: LeafTables, pnr: np.ndarray, backgrounds: Sequence[Backgrounds]) -> np.ndarray:
    """Look up the backgrounds of persons of any leaf.

    Parameters
    ----------
    tables : LeafTables
    pnr : (N,) int64 array
        0 for nobody.
    backgrounds : sequence of Backgrounds
        As `open_backgrounds` gives them.

    Returns
    -------
    (N, Y) uint8 array
        As in `Backgrounds`; unknown for persons without rows.
    """
    n_years = tables.layouts.last_year - tables.layouts.first_year + 1
    found = np.full((len(pnr), n_years), _unknown(tables), dtype=np.uint8)
    leaves = leaf_of(pnr).astype(np.uint8)
    order = np.argsort(leaves, kind="stable")
    order = order[pnr[order] > 0]
    leaves = leaves[order]
    for own in backgrounds:
        start, stop = np.searchsorted(leaves, [own.leaves.first, own.leaves.last + 1])
        asked = order[start:stop]
        position, is_held = find_sorted(pnr[asked], own.pnr)
        found[asked[is_held]] = own.codes[position[is_held]]
    return found


def split_codes(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the positions of employment and of education."""
    return (codes >> _CODE_BITS).astype(np.int8), (codes & _CODE_MASK).astype(np.int8)


def look_up(code_list: CodeList, codes: np.ndarray, otherwise: int) -> np.ndarray:
    """Return the position of each code's kind, `otherwise` for codes without a kind.

    Parameters
    ----------
    code_list : CodeList
        Its codes are whole numbers.
    codes : (N,) integer array
    otherwise : int

    Returns
    -------
    (N,) uint8 array
    """
    positions = code_list.position_by_code()
    table = np.full(max(*positions, int(codes.max(initial=0))) + 1, otherwise, dtype=np.uint8)
    table[list(positions)] = list(positions.values())
    return table[codes]


def _unknown(tables: LeafTables) -> int:
    """Return the byte of a person-year without rows."""
    byte = 0
    for register, name, _, shift in _SOURCES:
        code_list = tables.layout(register).code_lists[name]
        byte |= code_list.list_kinds().index(UNKNOWN) << shift
    return byte


def _read_positions(
    tables: LeafTables, register: str, name: str, column: str
) -> tuple[np.ndarray, np.ndarray]:
    """Read persons and years in order, and the position of each row's kind."""
    code_list = tables.layout(register).code_lists[name]
    check_fits(code_list.position_by_code(), _DELIVERED_BITS, f"{register}: {column}")
    rows = tables.read_numbers(
        f"SELECT (pnr << {YEAR_BITS} | (file_year - {YEAR_ZERO})) << {_DELIVERED_BITS} | {column} AS packed "
        f"FROM {tables.register(register)}"
    )["packed"]
    rows.sort()
    codes = rows & ((1 << _DELIVERED_BITS) - 1)
    return rows >> _DELIVERED_BITS, look_up(code_list, codes, code_list.list_kinds().index(UNKNOWN))


def _name(leaves: LeafRange, what: str) -> str:
    return f"{Path(leaves.file_name).stem}_{what}.npy"
