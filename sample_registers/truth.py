"""The truth file: the declared regression on the latent tables of many independent draws, averaged.

Belongs here: running the draws, writing and reading `truth.csv`. Does not belong here: registers (none is read), the
pipeline or its estimator (neither is imported: a truth computed by what it is to judge would hide their mistakes).

Run as `python -m sample_registers.truth --draws 50`.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
import time
import tomllib
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from sample_registers.draw import DEFAULT_PERSONS, draw_parts
from sample_registers.membership import list_members
from sample_registers.panel import RELATIVE_YEARS, build_panel, list_group_quantities, open_part
from sample_registers.provenance import hash_generator
from sample_registers.regression_sums import Differences, GroupSums, solve_group

FOLDER = Path(__file__).parent
TRUTH_FILE, ABOUT_FILE = FOLDER / "truth.csv", FOLDER / "truth.toml"
FIRST_SEED = 500_000
"""Seeds of the draws: FIRST_SEED, FIRST_SEED + 1, …; no test uses them."""
COLUMNS = (
    "target_group", "consequence", "relative_year", "adjusted_difference", "adjusted_difference_mc_error",
    "raw_difference", "raw_difference_mc_error", "n_draws", "mean_person_years", "mean_fewest_users",
)  # fmt: skip


@dataclass(frozen=True)
class Truth:
    """The truth file, n rows: one a target group, consequence and relative year.

    Attributes
    ----------
    key : list of (str, str, int), length n
    adjusted, adjusted_error, raw, raw_error : (n,) float arrays
        Truth in natural units and its Monte Carlo error; NaN where no draw could be estimated.
    n_draws, fewest_users : (n,) float arrays
        Draws averaged; users in the arm with fewer, mean over draws.
    """

    key: list[tuple[str, str, int]]
    adjusted: np.ndarray
    adjusted_error: np.ndarray
    raw: np.ndarray
    raw_error: np.ndarray
    n_draws: np.ndarray
    fewest_users: np.ndarray


def regress_draw(
    seed: int, persons: int = DEFAULT_PERSONS, only_role: str | None = None
) -> dict[str, Differences]:
    """The declared regression of every target group in one draw.

    Parameters
    ----------
    seed : int
    persons : int
    only_role : str, optional
        Draw one role only, as the anchor test does.

    Returns
    -------
    dict of str to Differences
        By target group.
    """
    sums: dict[str, GroupSums] = {}
    for latent in draw_parts(persons, seed, only_role=only_role):
        part = open_part(latent)
        for key, members in list_members(latent).items():
            sums.setdefault(key, GroupSums()).add(build_panel(part, key, members))
    return {key: solve_group(group) for key, group in sums.items()}


def average_draws(draws: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean over the draws with a value, its Monte Carlo error (NaN below two draws), and their number."""
    stack = np.stack(draws)
    n = np.isfinite(stack).sum(axis=0)
    mean = np.where(n > 0, np.nansum(stack, axis=0) / np.maximum(n, 1), np.nan)
    spread = np.nansum((stack - mean) ** 2, axis=0) / np.maximum(n - 1, 1)
    return mean, np.where(n > 1, np.sqrt(spread / np.maximum(n, 1)), np.nan), n


def list_rows(draws: list[dict[str, Differences]]) -> list[tuple]:
    """Rows of the truth file, in the order of groups, consequences and years."""
    rows = []
    for group in draws[0]:
        own = [draw[group] for draw in draws]
        adjusted, adjusted_error, n = average_draws([d.adjusted for d in own])
        raw, raw_error, _ = average_draws([d.raw for d in own])
        person_years = np.mean([d.n_rows for d in own], axis=0)
        users = np.mean([d.n_fewest_users for d in own], axis=0)
        for c, quantity in enumerate(list_group_quantities(group)):
            for t in range(RELATIVE_YEARS):
                cell = c, t
                numbers = (adjusted[cell], adjusted_error[cell], raw[cell], raw_error[cell])
                rows.append(
                    (
                        group,
                        quantity.key,
                        t + 1,
                        *("" if np.isnan(x) else f"{x:.9g}" for x in numbers),
                        int(n[cell]),
                        f"{person_years[cell]:.1f}",
                        f"{users[cell]:.1f}",
                    )
                )
    return rows


def write_truth(draws: list[dict[str, Differences]], persons: int, first_seed: int, made_from: str) -> None:
    """Write `truth.csv`, and `truth.toml` with what it was made from: the hash as it was before the first draw."""
    with TRUTH_FILE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(list_rows(draws))
    ABOUT_FILE.write_text(
        "# What truth.csv was made from; a test compares the hash.\n"
        f'generator_hash = "{made_from}"\n'
        f"draws = {len(draws)}\npersons = {persons}\nfirst_seed = {first_seed}\n",
        encoding="utf-8",
    )


def read_about() -> dict:
    """What `truth.csv` was made from: generator_hash, draws, persons, first_seed."""
    return tomllib.loads(ABOUT_FILE.read_text(encoding="utf-8"))


def read_truth() -> Truth:
    """Read `truth.csv`.

    Raises
    ------
    ValueError
        If parameters or code of the generator have changed since it was made.
    """
    if read_about()["generator_hash"] != hash_generator():
        raise ValueError(
            "sample_registers/truth.csv: made from other parameters or code than those here; expected the hash in "
            "truth.toml; run `python -m sample_registers.truth --draws 50` and commit both files"
        )
    with TRUTH_FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    def column(name: str) -> np.ndarray:
        return np.array([float(row[name]) if row[name] else np.nan for row in rows])

    return Truth(
        key=[(row["target_group"], row["consequence"], int(row["relative_year"])) for row in rows],
        adjusted=column("adjusted_difference"),
        adjusted_error=column("adjusted_difference_mc_error"),
        raw=column("raw_difference"),
        raw_error=column("raw_difference_mc_error"),
        n_draws=column("n_draws"),
        fewest_users=column("mean_fewest_users"),
    )


def run_draws(n_draws: int, persons: int, processes: int, first_seed: int) -> list[dict[str, Differences]]:
    """All draws, in the order of their seeds, with one line of progress each on standard error."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    started = time.monotonic()
    results = []
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        futures = [pool.submit(regress_draw, first_seed + k, persons) for k in range(n_draws)]
        for k, future in enumerate(futures):
            results.append(future.result())
            print(
                f"draw {k + 1} of {n_draws}, {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True
            )
    return results


def main() -> None:
    """Make the truth file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=50)
    parser.add_argument("--persons", type=int, default=DEFAULT_PERSONS)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--first-seed", type=int, default=FIRST_SEED)
    options = parser.parse_args()
    made_from = hash_generator()
    draws = run_draws(options.draws, options.persons, options.processes, options.first_seed)
    write_truth(draws, options.persons, options.first_seed, made_from)


if __name__ == "__main__":
    main()
