"""Draw the data of adjusted_differences.R: `python tests/reference/adjusted_differences_data.py`.

Four outcomes (counts, days, kr.), two relative years, persons with up to four rows, collinear dummies.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.estimation.random_groups import make_group

OUTCOMES = ("contacts", "days", "dkk", "weeks")


def main() -> None:
    """Write adjusted_differences_data.csv beside this file."""
    group = make_group(2022, n_persons=160, n_years=2)
    columns = {"person": group.person, "success": group.success.astype(int)}
    for covariate in group.layout.covariates:
        part = group.design[:, covariate.columns].astype(int)
        for number, column in enumerate(part.T, 1):
            columns[f"{covariate.name}_{number}"] = column
    for number, outcome in enumerate(OUTCOMES):
        columns[f"{outcome}_year_0"] = group.baselines[:, number]
        for t in (1, 2):
            use = np.full(group.person.size, np.nan)
            rows = group.sample(number, t)
            use[rows] = group.outcomes[t - 1][rows, number]
            columns[f"{outcome}_year_{t}"] = use
    lines = [",".join(columns)]
    for row in zip(*(column.tolist() for column in columns.values()), strict=True):
        lines.append(",".join("NA" if value != value else f"{value:.17g}" for value in row))
    Path(__file__).with_suffix(".csv").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
