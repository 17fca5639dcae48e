"""The regressors of one cell as a plain table: a constant, a column a level but the reference, base years, success.

Belongs here: declared covariates read from their file and made columns with pandas. Does not belong here: the build's
own designs (`pipeline.panels`), estimation (`refit`).
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.rebuild.refit import list_independent


def make_regressors(
    rows: pd.DataFrame, declared: Path, covariate_set: str, population: str
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Make the regressors.

    Parameters
    ----------
    rows : pandas.DataFrame
        n rows of `sample`.
    declared : Path
        covariates.toml.
    covariate_set, population : str
        Which of its sets; `children` or `adults`.

    Returns
    -------
    (n, k) pandas.DataFrame
        Independent columns of floats; use in year 0 is divided by its largest value.
    dict of str to str
        Covariate of each column.
    """
    content = tomllib.loads(declared.read_text("utf-8"))
    columns: list[pd.DataFrame] = []
    covariate_of: dict[str, str] = {}
    for name in content["sets"][covariate_set][population]:
        part = _make_columns(rows, name, content, population)
        covariate_of |= dict.fromkeys(part.columns, name)
        columns.append(part)
    years = pd.get_dummies(rows["base_year"], prefix="base_year", drop_first=True)
    covariate_of |= dict.fromkeys(years.columns, "base_year")
    found = pd.concat([*columns, years], axis=1).astype(float)
    found.insert(0, "constant", 1.0)
    found["success"] = rows["is_success"].astype(float)
    found = found[list_independent(found)]
    covariate_of["use_in_year_0"] = "use_in_year_0"
    if rows["use_in_year_0"].any():
        found = found.assign(use_in_year_0=rows["use_in_year_0"] / rows["use_in_year_0"].abs().max())
        found = found[list_independent(found)]
    return found, covariate_of


def _make_columns(rows: pd.DataFrame, name: str, content: dict[str, Any], population: str) -> pd.DataFrame:
    covariate = content["covariates"][name]
    values = rows[covariate["column"]]
    if "levels" in covariate:
        level = content["levels"][covariate["levels"]]
        others = [code for code in level["names"] if code != level["reference"]]
        values = pd.Categorical(values, [level["reference"], *others])
    else:
        values = values // covariate[f"band_years_{population}"]
    part = pd.get_dummies(values, prefix=name, drop_first=True)
    return part.set_index(rows.index)
