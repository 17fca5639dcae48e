"""The two passes over a group split into subgroups: each subgroup a group of its own, and what they share.

Belongs here: sums and products by subgroup, products between subgroups, persons by the subgroups they are in.
Does not belong here: the test of equal differences (`heterogeneity`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from estimation.blocks import Block, BlockYear, Floats, Ints, Layout
from estimation.estimates import Plan, plan_second_pass
from estimation.fit import GroupFit
from estimation.influence import compute_influences
from estimation.pieces import find_person_starts
from estimation.sums import BlockSums, add_sums, sum_block
from estimation.threads import hold_one_thread

#: Sets of subgroups are bits of one integer.
MOST_SUBGROUPS = 62


@dataclass(frozen=True)
class Subgroups:
    """A block and the subgroup of each of its rows.

    Parameters
    ----------
    block : Block
        As for `estimate_group`.
    subgroup : (n,) int
        Number of the membership pattern of each row, 0 … H − 1.
    """

    block: Block
    subgroup: Ints


@dataclass(frozen=True)
class SubgroupProducts:
    """Products of influences of a block split into H subgroups.

    Parameters
    ----------
    within : tuple of H (K, K) float
        Of each subgroup, as `multiply_influences` gives them; K is the subgroup's own.
    between : (H, H, m, T) float
        Σ_person ψ_h ψ_g of one cell in two subgroups; 0 where it is not fitted in both, and for h = g.
    n_persons : Counter of (t, pattern, subgroups)
        Persons in the sample of a pattern in relative year t, by the set of subgroups that their rows are in:
        the sum of 2 ** h.
    """

    within: tuple[Floats, ...]
    between: Floats
    n_persons: Counter[tuple[int, int, int]]


def sum_subgroups(part: Subgroups, n_subgroups: int, layout: Layout) -> tuple[BlockSums, ...]:
    """Sum one block by subgroup.

    Returns
    -------
    tuple of H BlockSums
        Added by `add_subgroup_sums`.

    Raises
    ------
    ValueError
        With more than 62 subgroups: sets of them are kept in one integer.
    """
    if n_subgroups > MOST_SUBGROUPS:
        raise ValueError(
            f"subgroups\n    found:    {n_subgroups}\n    expected: at most {MOST_SUBGROUPS}\n"
            "    do this:  put fewer definitions together, or rare combinations of them into one subgroup"
        )
    return tuple(sum_block(_take_subgroup(part, number), layout) for number in range(n_subgroups))


def add_subgroup_sums(first: tuple[BlockSums, ...], second: tuple[BlockSums, ...]) -> tuple[BlockSums, ...]:
    """Add the sums of two blocks."""
    return tuple(add_sums(*pair) for pair in zip(first, second, strict=True))


def plan_subgroups(sums: tuple[BlockSums, ...], layout: Layout) -> tuple[Plan, ...]:
    """Plan the second pass of every subgroup."""
    return tuple(plan_second_pass(part, layout) for part in sums)


def multiply_subgroups(part: Subgroups, layout: Layout, plans: tuple[Plan, ...]) -> SubgroupProducts:
    """Sum the products of person influences of one block, within and between subgroups.

    Returns
    -------
    SubgroupProducts
        Added by `add_subgroup_products`.
    """
    with hold_one_thread():
        blocks = [_take_subgroup(part, number) for number in range(len(plans))]
        influences = [
            compute_influences(block, layout, plan.fit) for block, plan in zip(blocks, plans, strict=True)
        ]
        between = np.zeros((len(plans), len(plans), layout.n_outcomes, layout.n_years))
        for h, first in enumerate(plans):
            for g, second in enumerate(plans[:h]):
                rows = _match_persons(blocks[h].person, blocks[g].person)
                if rows[0].size:
                    pair = _multiply_pair(
                        influences[h][rows[0]], influences[g][rows[1]], first.fit, second.fit
                    )
                    between[h, g][pair[0]] = between[g, h][pair[0]] = pair[1]
        within = tuple(influence.T @ influence + 0.0 for influence in influences)
    return SubgroupProducts(within, between, _count_sets(part, layout))


def start_products(layout: Layout, plans: tuple[Plan, ...]) -> SubgroupProducts:
    """Make products of nobody."""
    return SubgroupProducts(
        tuple(np.zeros((plan.fit.n_cells, plan.fit.n_cells)) for plan in plans),
        np.zeros((len(plans), len(plans), layout.n_outcomes, layout.n_years)),
        Counter(),
    )


def add_subgroup_products(first: SubgroupProducts, second: SubgroupProducts) -> SubgroupProducts:
    """Add the products of two blocks."""
    return SubgroupProducts(
        tuple(one + other for one, other in zip(first.within, second.within, strict=True)),
        first.between + second.between,
        first.n_persons + second.n_persons,
    )


def _take_subgroup(part: Subgroups, number: int) -> Block:
    """Take the rows of a block that are in one subgroup."""
    block, rows = part.block, np.flatnonzero(part.subgroup == number)

    def read_year(t: int) -> BlockYear:
        year = block.year(t)
        followed = None if year.followed is None else year.followed[rows]
        return BlockYear(year.outcomes[rows], year.observed[rows], year.covered[rows], followed)

    return Block(
        block.person[rows], block.success[rows], block.levels[rows], block.baselines[rows], read_year
    )


def _match_persons(first: Ints, second: Ints) -> tuple[Ints, Ints]:
    """Find persons with rows in both subgroups: their places among the persons of each."""
    one, other = first[find_person_starts(first)], second[find_person_starts(second)]
    _, mine, others = np.intersect1d(one, other, assume_unique=True, return_indices=True)
    return mine, others


def _multiply_pair(
    first: Floats, second: Floats, first_fit: GroupFit, second_fit: GroupFit
) -> tuple[tuple[Ints, Ints], Floats]:
    """Sum the products of the same persons' influences over cells that both fits have: cells and sums."""
    n_years = len(first_fit.years)
    one, other = (fit.outcome * n_years + fit.year for fit in (first_fit, second_fit))
    _, mine, others = np.intersect1d(one, other, assume_unique=True, return_indices=True)
    products = np.einsum("ij,ij->j", first[:, mine], second[:, others]) + 0.0
    return (first_fit.outcome[mine], first_fit.year[mine]), products


def _count_sets(part: Subgroups, layout: Layout) -> Counter[tuple[int, int, int]]:
    """Count persons in each sample by the subgroups that their rows are in."""
    counts: Counter[tuple[int, int, int]] = Counter()
    bit = np.left_shift(1, part.subgroup.astype(np.int64))
    starts = find_person_starts(part.block.person)
    for t in range(1, layout.n_years + 1 if starts.size else 0):
        year = part.block.year(t)
        for pattern in range(layout.n_patterns):
            bits = np.where(year.observed & year.covered[:, pattern], bit, 0)
            found, n_persons = np.unique(np.bitwise_or.reduceat(bits, starts), return_counts=True)
            for subgroups, number in zip(found.tolist(), n_persons.tolist(), strict=True):
                if subgroups:
                    counts[t, pattern, subgroups] += number
    return counts
