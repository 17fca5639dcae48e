"""Blocks kept between passes over them: the tables are read once, however many passes there are.

Belongs here: keeping blocks in a hidden folder of the build, and opening them. Does not belong here: reading tables
(`block`), what a pass does (`estimate`).
"""

from __future__ import annotations

import pickle
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.panels.block import LeafBlock, Years, read_blocks
from pipeline.panels.count_members import MemberCounts, count_rows
from pipeline.registers.leaves import LEAVES_PER_BLOCK, LeafRange

if TYPE_CHECKING:
    from pipeline.leaf_jobs import LeafJob


def keep_blocks(job: LeafJob) -> dict[str, MemberCounts]:
    """Read the blocks of a job's leaves with the use of every consequence, and keep them.

    Parameters
    ----------
    job : LeafJob
        Over whole blocks of leaves; its payload is the folder to keep them in.

    Returns
    -------
    dict of str to MemberCounts
        By target group, as in `count_members`.
    """
    declared = job.project.declared
    years = Years.of_method([declared.group[name].method for name in job.groups])
    counts: dict[str, MemberCounts] = defaultdict(MemberCounts)
    blocks = read_blocks(job, years, [consequence.key for consequence in declared.consequences])
    for first, block in zip(_list_blocks(job.leaves), blocks, strict=True):
        path = _path(job.payload, first)
        scratch = path.with_suffix(".part")
        with scratch.open("wb") as file:
            pickle.dump(block, file, protocol=pickle.HIGHEST_PROTOCOL)
        scratch.replace(path)
        for name, members in block.members.items():
            counts[name] += count_rows(members)
    return dict(counts)


def open_blocks(folder: Path, leaves: LeafRange) -> Iterator[LeafBlock]:
    """Open kept blocks one after the other, in leaf order.

    Parameters
    ----------
    folder : Path
    leaves : LeafRange
        Whole blocks.

    Yields
    ------
    LeafBlock
    """
    for first in _list_blocks(leaves):
        with _path(folder, first).open("rb") as file:
            block = pickle.load(file)
        yield block


def _list_blocks(leaves: LeafRange) -> range:
    return range(leaves.first, leaves.last + 1, LEAVES_PER_BLOCK)


def _path(folder: Path, first: int) -> Path:
    return folder / f"{first:03d}.block"
