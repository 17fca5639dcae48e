"""How small a difference could be found: the minimum detectable difference.

Belongs here: planning numbers from a standard error. Does not belong here: any estimate.

Sources: Bloom (1995), "Minimum detectable effects".
"""

from __future__ import annotations

import numpy as np
import scipy.stats

from estimation.blocks import Floats


def find_minimum_detectable_difference(
    standard_error: Floats, n_persons: Floats, level: float = 0.05, power: float = 0.8
) -> Floats:
    """Find the true difference that a two-sided test would find with the given probability.

    Parameters
    ----------
    standard_error : any shape, float
        Of the adjusted difference, in the outcome's unit; NaN where there is none.
    n_persons : same shape, float
        Clusters, G; the t distribution has G − 1 degrees of freedom.
    level, power : float
        Level of the test and wanted probability, 0–1.

    Returns
    -------
    same shape, float
        (t_{1 − level/2} + t_{power}) × standard error, in the outcome's unit; NaN where there is no error.

    Examples
    --------
    >>> float(find_minimum_detectable_difference(np.array([1.0]), np.array([100_001.0]))[0].round(3))
    2.802
    """
    freedom = np.where(np.isnan(standard_error), np.nan, n_persons - 1)
    multiple = scipy.stats.t.ppf(1 - level / 2, freedom) + scipy.stats.t.ppf(power, freedom)
    found: Floats = multiple * standard_error
    return found
