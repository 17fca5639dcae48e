"""95 % intervals of the estimator cover the truth file, and intervals around raw differences do not."""

import numpy as np
import pytest

from sample_registers.truth import FIRST_SEED, read_about, read_truth
from tests.sample_registers.panel_blocks import estimate_draw

SEEDS = (11, 12, 13, 14, 15)
FEWEST_USERS = 20
BINS = (5, 20, 50, 100, 200, 500, 10**9)


def judge_draw(seed: int, persons: int) -> np.ndarray:
    """One row a cell: fewest users of the two arms, covered by adjusted interval, covered by raw interval."""
    truth = read_truth()
    known = dict(zip(truth.key, truth.adjusted, strict=True))
    rows = []
    for key, quantities, found in estimate_draw(seed, persons):
        users = np.minimum(found.n_users_success, found.n_users_others)
        for c, t in np.argwhere(found.status == "estimated"):
            true = known[key, quantities[c].key, int(t) + 1]
            half = found.ci_high[c, t] - found.adjusted_difference[c, t]
            rows.append(
                (
                    users[c, t],
                    abs(found.adjusted_difference[c, t] - true) <= half,
                    abs(found.raw_difference[c, t] - true) <= half,
                )
            )
    return np.array(rows, dtype=float)


@pytest.mark.slow
def test_intervals_cover_the_truth():
    about = read_about()
    assert not set(SEEDS) & set(range(FIRST_SEED, FIRST_SEED + about["draws"]))
    cells = np.concatenate([judge_draw(seed, about["persons"]) for seed in SEEDS])
    print("\nfewest users · cells · adjusted intervals cover · raw intervals cover")
    for low, high in zip(BINS[:-1], BINS[1:], strict=True):
        own = cells[(cells[:, 0] >= low) & (cells[:, 0] < high)]
        if len(own):
            print(f"{low:4d} to {high - 1:4d} {len(own):7d}  {own[:, 1].mean():.4f}  {own[:, 2].mean():.4f}")
    used = cells[cells[:, 0] >= FEWEST_USERS]
    adjusted, raw = used[:, 1].mean(), used[:, 2].mean()
    print(f"{FEWEST_USERS} users or more: {len(used)} cells, adjusted {adjusted:.4f}, raw {raw:.4f}")
    assert len(used) > 20_000
    assert 0.935 <= adjusted <= 0.965
    assert raw < adjusted - 0.05
