"""Estimates of a target group: from the two passes to adjusted differences, errors and joint covariance.

Belongs here: what is computed from sums and products once they are complete. Does not belong here: the
passes, what may be published (`publication`), profiles.

Sources: docs on method, section 3; the adjustment as gaps × coefficients: Oaxaca (1973), Blinder (1973).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from estimation.blocks import Block, Bools, Floats, Ints, Layout
from estimation.collinearity import Collinearity, name_collinearities
from estimation.description import average_cells, count_cells, sum_adjustments
from estimation.design import Factor, factor_all
from estimation.fit import GroupFit, fit_cells
from estimation.inference import JointErrors, infer, scale_products
from estimation.influence import multiply_influences
from estimation.status import Judgement, Reason, Status, Words, judge_sums
from estimation.sums import BlockSums, add_sums, start_sums, sum_block
from estimation.tree import add_in_tree

#: Name of the part of the adjustment that is no covariate of the layout.
USE_IN_YEAR_0 = "use_in_year_0"


@dataclass(frozen=True)
class GroupEstimates:
    """Everything estimated for a target group: m outcomes, T relative years, K estimated cells.

    Numbers are float with NaN for "none"; counts are float too, so that they can be withheld. Pass through
    `publication.withhold` before anything leaves.

    Parameters
    ----------
    status, reason : (m, T) str
        Words of `Status` and `Reason`.
    n_success, n_others : (m, T) float
        Person-years in the regression sample.
    n_persons_success, n_persons_others, n_persons : (m, T) float
        Distinct persons by arm, and in either arm (the number of clusters, G).
    n_users_success, n_users_others : (m, T) float
        Distinct persons with use other than 0 in year t.
    share_observed_success, share_observed_others : (m, T) float
        Observed share of the covered person-years whose base year reaches t, 0–1.
    mean_success, mean_others, raw_difference : (m, T) float
        Means over the regression sample and their difference (success minus others), in the outcome's unit.
    adjustment, adjusted_difference : (m, T) float
        raw_difference = adjustment + adjusted_difference, to rounding; in the outcome's unit.
    standard_error, ci_low, ci_high : (m, T) float
        Of the adjusted difference, CRV1 by person, t with G − 1 degrees of freedom; in the outcome's unit.
    p_value, q_value : (m, T) float
        Two-sided; q over the estimated cells of the group.
    covariate_names : tuple of C str
        The layout's covariates, then use_in_year_0.
    adjustment_by_covariate : (C, m, T) float
        Adds up to the adjustment, to rounding.
    position : (m, T) int
        1 … K over estimated cells, outcome by outcome, year by year within; 0 elsewhere.
    covariance : (K, K) float
        Joint covariance of the adjusted differences in position order; its diagonal is standard_error².
    collinear_columns : (T, P, k) bool
        Columns of the design dropped because those before them explain them.
    dropped_baseline : (m, T) bool
        Use in year 0 is constant or explained by the design, and dropped.
    collinearities : tuple of Collinearity
        Every column dropped, in words: which one, told by which others, in which cells.
    """

    status: Words
    reason: Words
    n_success: Floats
    n_others: Floats
    n_persons_success: Floats
    n_persons_others: Floats
    n_persons: Floats
    n_users_success: Floats
    n_users_others: Floats
    share_observed_success: Floats
    share_observed_others: Floats
    mean_success: Floats
    mean_others: Floats
    raw_difference: Floats
    adjustment: Floats
    adjusted_difference: Floats
    standard_error: Floats
    ci_low: Floats
    ci_high: Floats
    p_value: Floats
    q_value: Floats
    covariate_names: tuple[str, ...]
    adjustment_by_covariate: Floats
    position: Ints
    covariance: Floats
    collinear_columns: Bools
    dropped_baseline: Bools
    collinearities: tuple[Collinearity, ...]


@dataclass(frozen=True)
class Plan:
    """What the second pass needs: the same for all blocks.

    Parameters
    ----------
    judgement : Judgement
        By counts and rank.
    factors : list of T lists of P Factor
        The designs.
    fit : GroupFit
        Coefficients of the cells to be estimated.
    """

    judgement: Judgement
    factors: list[list[Factor]]
    fit: GroupFit


def estimate_group(blocks: Callable[[], Iterable[Block]], layout: Layout) -> GroupEstimates:
    """Estimate all outcomes and relative years of one target group.

    Parameters
    ----------
    blocks : callable
        Called twice; each time it gives the same blocks in the same order (leaf-block order), one without rows
        in its place. They are added as `add_in_tree` does.
    layout : Layout
        Shared by all blocks.

    Returns
    -------
    GroupEstimates
        Not yet withheld.

    Raises
    ------
    ValueError
        If arrays do not fit the layout, a value is not finite, or a person occurs in two blocks.
    """
    parts = (sum_block(block, layout) for block in _watch_persons(blocks()))
    sums = add_in_tree(parts, add_sums) or start_sums(layout)
    plan = plan_second_pass(sums, layout)
    products = np.zeros((plan.fit.n_cells, plan.fit.n_cells))
    if plan.fit.n_cells:
        total = add_in_tree((multiply_influences(block, layout, plan.fit) for block in blocks()), np.add)
        products = products if total is None else total
    return finish_estimates(sums, plan, products, layout)


def plan_second_pass(sums: BlockSums, layout: Layout) -> Plan:
    """Judge every cell by its counts, and solve those that may be estimated.

    Returns
    -------
    Plan
        For `multiply_influences` and `finish_estimates`.
    """
    judgement = judge_sums(sums, layout)
    factors = factor_all(sums, layout)
    wanted = judgement.status == Status.ESTIMATED.value
    fit = fit_cells(sums, factors, wanted, layout)
    solved = np.zeros_like(wanted)
    for t, year in enumerate(fit.years):
        solved[year.outcomes, t] = True
    collinear = judgement.mark(wanted & ~solved, Status.NOT_ESTIMABLE, Reason.COLLINEAR)
    return Plan(collinear, factors, fit)


def finish_estimates(sums: BlockSums, plan: Plan, products: Floats, layout: Layout) -> GroupEstimates:
    """Turn sums and influence products of the whole group into estimates.

    Parameters
    ----------
    sums : BlockSums
        Of the whole group.
    plan : Plan
        From `plan_second_pass`.
    products : (K', K') float
        Sum over blocks of `multiply_influences`.
    layout : Layout
        Shared by all blocks.

    Returns
    -------
    GroupEstimates
        Not yet withheld.
    """
    counts: dict[str, Any] = count_cells(sums, layout)
    errors = scale_products(plan.fit, products, sums, counts)
    flat = np.zeros(layout.outside_ages.shape, dtype=bool)
    flat[errors.without_variation] = True
    judgement = plan.judgement.mark(flat, Status.NOT_ESTIMABLE, Reason.NO_RESIDUAL_VARIATION)
    is_zero = np.isin(judgement.status, (Status.NO_USE.value, Status.OUTSIDE_AGES.value))
    means: dict[str, Any] = average_cells(sums, counts)
    means = {name: np.where(is_zero, 0.0, mean) for name, mean in means.items()}
    return GroupEstimates(
        status=judgement.status,
        reason=judgement.reason,
        **counts,
        **means,
        **_adjust(sums, plan, judgement, is_zero, layout),
        **_place_errors(errors, is_zero, counts["n_persons"]),
        covariate_names=(*(covariate.name for covariate in layout.covariates), USE_IN_YEAR_0),
        collinear_columns=np.array([[factor.dropped[1:-1] for factor in year] for year in plan.factors]),
        dropped_baseline=_find_dropped_baselines(plan.fit, is_zero.shape),
        collinearities=name_collinearities(sums, plan.factors, plan.fit, plan.judgement, layout),
    )


def _adjust(
    sums: BlockSums, plan: Plan, judgement: Judgement, is_zero: Bools, layout: Layout
) -> dict[str, Any]:
    """Adjustment of estimated cells, in total and by covariate; 0 without use, NaN without estimate."""
    estimated = judgement.status == Status.ESTIMATED.value
    parts = np.where(estimated, sum_adjustments(sums, plan.fit, layout), np.nan)
    parts = np.where(is_zero, 0.0, parts)
    return {"adjustment": parts.sum(axis=0), "adjustment_by_covariate": parts}


def _place_errors(errors: JointErrors, is_zero: Bools, n_clusters: Floats) -> dict[str, Any]:
    """Put differences and what is inferred from them into outcome × year tables."""
    difference, standard_error = np.full((2, *is_zero.shape), np.nan)
    position = np.zeros(is_zero.shape, dtype=np.int64)
    where = (errors.outcome, errors.year)
    difference[where] = errors.difference
    standard_error[where] = np.sqrt(np.diag(errors.covariance))
    position[where] = np.arange(1, errors.outcome.size + 1)
    return {
        **infer(difference, standard_error, n_clusters),
        "adjusted_difference": np.where(is_zero, 0.0, difference),
        "standard_error": standard_error,
        "position": position,
        "covariance": errors.covariance,
    }


def _find_dropped_baselines(fit: GroupFit, shape: tuple[int, ...]) -> Bools:
    """Mark fitted cells whose use in year 0 was dropped."""
    dropped = np.zeros(shape, dtype=bool)
    for t, year in enumerate(fit.years):
        dropped[year.outcomes, t] = year.coefficients.drops_baseline
    return dropped


def _watch_persons(blocks: Iterable[Block]) -> Iterator[Block]:
    """Pass blocks on, and refuse a person who occurs in two of them."""
    seen: list[Ints] = []
    for block in blocks:
        seen.append(np.unique(block.person))
        yield block
    together = np.concatenate(seen) if seen else np.zeros(0, dtype=np.int64)
    twice = together.size - np.unique(together).size
    if twice:
        raise ValueError(
            f"Block.person\n    found:    {twice} persons in more than one block\n"
            "    expected: all rows of a person in one block\n"
            "    do this:  cut the group into blocks by person"
        )
