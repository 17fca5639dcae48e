"""One BLAS thread: with two, sums are added in another order and results differ in their last bits.

Belongs here: the lock on the number of BLAS threads. Does not belong here: any arithmetic.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache
from typing import Any

import scipy.linalg  # noqa: F401  its own BLAS must be loaded before the controller looks for libraries
from threadpoolctl import ThreadpoolController


@cache
def _find_libraries() -> ThreadpoolController:
    return ThreadpoolController()


def hold_one_thread() -> AbstractContextManager[Any]:
    """Hold every BLAS library of the process at one thread.

    Returns
    -------
    context manager
        Gives the former number of threads back at its end.
    """
    limit: AbstractContextManager[Any] = _find_libraries().limit(limits=1, user_api="blas")
    return limit
