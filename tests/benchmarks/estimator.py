"""The estimator against a statsmodels loop and pyfixest: `python -m tests.benchmarks.estimator`.

One random group of 90,000 and one of 1.5 million person-years, 47 consequences × 10 years, 40 covariate columns and
each consequence's own use in year 0, errors clustered by person. Ours gives every difference, error and mean, and the
joint covariance of all 470; the others give no joint covariance. They are run on a sample of the regressions, which is
extrapolated to all. One thread each, unless said. Every number compared is compared to 1e-9 of its standard error.
"""

from __future__ import annotations

import os

os.environ |= {"OPENBLAS_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}

import argparse
import importlib.util
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from statistics import mean, median

import numpy as np

from estimation import (
    GroupEstimates,
    add_in_tree,
    add_sums,
    estimate_group,
    finish_estimates,
    multiply_influences,
    plan_second_pass,
    sum_block,
)
from tests.benchmarks.measure import Run, run_apart, spread, write_comparison
from tests.benchmarks.random_panel import COLUMNS, N_OUTCOMES, N_YEARS, RandomPanel, draw_panel

N_CELLS = N_OUTCOMES * N_YEARS
TOLERANCE = 1e-9
Numbers = dict[tuple[int, int], tuple[float, float]]  # difference and error by outcome and year


def main() -> None:
    """Run both sizes and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="*", default=[90_000, 1_500_000])
    warnings.filterwarnings("ignore", message=".*rank-deficient.*|.*singular.*|.*covariance of constraints.*")
    rows, notes = [], []
    for n_rows in parser.parse_args().rows:
        compare(draw_panel(n_rows), rows, notes)
    notes += [
        "seconds and ratios: min – median – max; ratio = seconds of the other, extrapolated to 470 regressions, by the "
        "median of ours in one thread; ratio of means: 470 regressions to 470; peak: memory beyond the data",
        "statsmodels and pyfixest: a sample of regressions, each with the making of its matrix, extrapolated to 470; "
        "of every relative year as many, whose numbers of rows differ: hence the wide range",
    ]
    write_comparison("estimator", rows, notes)


def compare(panel: RandomPanel, rows: list[dict], notes: list[str]) -> None:
    """Measure every way on one panel."""
    is_large = panel.n_rows > 500_000
    ours = run_apart(lambda: estimate(panel), 3)
    unit, mean_unit = median(ours.seconds), mean(ours.seconds)

    def add(way: str, run: Run, fits: str, seconds: list[float], agreement: str = "") -> None:
        print(f"{panel.n_rows:,} person-years, {way}: {spread(seconds)} seconds", flush=True)
        ratios = spread([value / unit for value in seconds])
        rows.append(
            {
                "person_years": panel.n_rows, "way": way, "regressions_run": fits, "seconds_for_470": spread(seconds),
                "ratio_to_ours": ratios, "ratio_of_means": f"{mean(seconds) / mean_unit:.3g}",
                "peak_mb": round(run.peak_mb), "largest_gap_in_standard_errors": agreement,
            }
        )  # fmt: skip

    add("ours, with joint covariance", ours, "470", ours.seconds)
    both = run_apart(lambda: estimate_in_two_threads(panel), 3)
    add("ours, blocks in two threads", both, "470", both.seconds, compare_numbers(both.result, ours.result))
    for name, work in (
        ("floor: X'X and X'Y alone", multiply_once),
        ("floor: reading the arrays", read_arrays),
    ):
        run = run_apart(lambda work=work: work(panel), 3)
        add(name, run, "–", run.seconds)
    cells = draw_cells(1 if is_large else 2)
    loop = run_apart(lambda: fit_statsmodels(panel, cells))
    seconds, numbers = loop.result
    add(
        "statsmodels loop",
        loop,
        str(len(cells)),
        [s * N_CELLS for s in seconds],
        compare_numbers(numbers, ours.result),
    )
    if importlib.util.find_spec("pyfixest") is None:
        notes.append("pyfixest is not installed: `make bench` installs it")
        return
    outcomes = [3] if is_large else [3, 20]
    multiple = run_apart(lambda: fit_pyfixest(panel, outcomes))
    seconds, numbers = multiple.result
    fits = f"{len(numbers)}"
    add(
        "pyfixest, 10 years at once",
        multiple,
        fits,
        [s * N_OUTCOMES for s in seconds],
        compare_numbers(numbers, ours.result),
    )


def estimate(panel: RandomPanel) -> Numbers:
    """Estimate everything with the estimator."""
    return take_numbers(estimate_group(lambda: iter(panel.blocks), panel.layout))


def estimate_in_two_threads(panel: RandomPanel) -> Numbers:
    """Estimate everything, the blocks of each pass shared by two threads."""
    layout = panel.layout
    with ThreadPoolExecutor(2) as pool:
        sums = add_in_tree(pool.map(lambda block: sum_block(block, layout), panel.blocks), add_sums)
        plan = plan_second_pass(sums, layout)
        parts = pool.map(lambda block: multiply_influences(block, layout, plan.fit), panel.blocks)
        return take_numbers(finish_estimates(sums, plan, add_in_tree(parts, np.add), layout))


def take_numbers(estimates: GroupEstimates) -> Numbers:
    """Difference and error of every estimated cell; the joint covariance must be there."""
    assert estimates.covariance.shape[0] == (estimates.position > 0).sum() == N_CELLS
    difference, error = estimates.adjusted_difference, estimates.standard_error
    return {(c, t + 1): (difference[c, t], error[c, t]) for c, t in np.ndindex(difference.shape)}


def multiply_once(panel: RandomPanel) -> float:
    """Multiply dummies by dummies and by every use, in one pass, without samples, errors or covariance."""
    total = 0.0
    for block in panel.blocks:
        x = build_dummies(block.levels, block.success)
        total += (x.T @ x).sum()
        for t in range(N_YEARS + 1):
            use = block.year(t).outcomes if t else block.baselines
            total += (use.T @ x).sum()
    return total


def read_arrays(panel: RandomPanel) -> float:
    """Add up every array once."""
    total = 0.0
    for block in panel.blocks:
        total += block.levels.sum() + block.success.sum() + block.person.sum()
        for t in range(N_YEARS + 1):
            use = block.year(t).outcomes if t else block.baselines
            total += use.data.sum() + use.indices.sum()
    return total


def build_dummies(levels: np.ndarray, success: np.ndarray) -> np.ndarray:
    """Intercept, success and the dummies, dense."""
    dummies = [levels[:, [c]] == np.arange(1, width + 1) for c, width in enumerate(COLUMNS.values())]
    return np.column_stack([np.ones(success.size), success, *dummies]).astype(float)


def drop_first(levels: np.ndarray, success: np.ndarray) -> np.ndarray:
    """Intercept, success and a dummy of every level present but the first, dense."""
    dummies = [column[:, None] == np.unique(column)[1:] for column in levels.T]
    return np.column_stack([np.ones(success.size), success, *dummies]).astype(float)


def draw_cells(n_a_year: int) -> list[tuple[int, int]]:
    """Draw as many cells of every relative year to run one at a time: later years have fewer rows."""
    rng = np.random.default_rng(2022)
    return [
        (int(outcome), t)
        for t in range(1, N_YEARS + 1)
        for outcome in rng.choice(N_OUTCOMES, n_a_year, replace=False)
    ]


def fit_statsmodels(panel: RandomPanel, cells: list[tuple[int, int]]) -> tuple[list[float], Numbers]:
    """Fit cells with statsmodels one at a time, as an analyst would: dummies, OLS, clustered errors, t.

    The first level that a cell has of a covariate is its reference. With all dummies of a covariate whose reference is
    not in the cell, the matrix is singular and the pseudo-inverse statsmodels takes loses digits beside a column in kr.
    """
    import statsmodels.api as sm

    seconds, numbers = [], {}
    for outcome, t in cells:
        cell = panel.cell(outcome, t)
        start = time.perf_counter()
        x = np.column_stack([drop_first(cell["levels"], cell["success"]), cell["before"]])
        options = {"groups": cell["person"]}
        fitted = sm.OLS(cell["use"], x).fit(cov_type="cluster", cov_kwds=options, use_t=True)
        numbers[outcome, t] = fitted.params[1], fitted.bse[1]
        seconds.append(time.perf_counter() - start)
    return seconds, numbers


def fit_pyfixest(panel: RandomPanel, outcomes: list[int]) -> tuple[list[float], Numbers]:
    """Fit ten years of a consequence at once with pyfixest, the covariates absorbed as fixed effects."""
    import pyfixest

    seconds, numbers = [], {}
    for outcome in outcomes:
        frame = build_frame(panel, outcome)
        uses = " + ".join(f"use_{t}" for t in range(1, N_YEARS + 1))
        formula = f"{uses} ~ success + before | {' + '.join(COLUMNS)}"
        start = time.perf_counter()
        fits = pyfixest.feols(
            formula, frame, vcov={"CRV1": "person"}, ssc=pyfixest.ssc(k_fixef="full"), fixef_rm="none",
            demeaner=pyfixest.MapDemeaner(fixef_tol=1e-11), copy_data=False, store_data=False, lean=True,
        )  # fmt: skip
        found = [(fit.coef()["success"], fit.se()["success"]) for fit in fits.to_list()]
        seconds.append(time.perf_counter() - start)
        numbers |= {(outcome, t): number for t, number in enumerate(found, 1)}
    return seconds, numbers


def build_frame(panel: RandomPanel, outcome: int):
    """The wide table an analyst would hand over: use of each year, missing where not observed or not covered."""
    import pandas as pd

    pattern, parts = panel.layout.outcome_pattern[outcome], []
    for block in panel.blocks:
        columns = dict(zip(COLUMNS, block.levels.T, strict=True))
        columns |= {"person": block.person, "success": block.success.astype(float)}
        columns["before"] = block.baselines[:, [outcome]].toarray()[:, 0]
        for t in range(1, N_YEARS + 1):
            year = block.year(t)
            use = year.outcomes[:, [outcome]].toarray()[:, 0]
            columns[f"use_{t}"] = np.where(year.observed & year.covered[:, pattern], use, np.nan)
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)


def compare_numbers(found: Numbers, ours: Numbers) -> str:
    """Largest gap of differences and errors in standard errors, refused above 1e-9."""
    gaps = [
        max(abs(difference - ours[cell][0]), abs(error - ours[cell][1])) / ours[cell][1]
        for cell, (difference, error) in found.items()
    ]
    assert max(gaps) < TOLERANCE, f"largest gap {max(gaps):.1e} standard errors"
    return f"{max(gaps):.0e}"


if __name__ == "__main__":
    main()
