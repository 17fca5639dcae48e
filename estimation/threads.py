"""One BLAS thread: with two, sums are added in another order and results differ in their last bits.

Belongs here: the lock on the number of BLAS threads. Does not belong here: any arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import Any

import scipy.linalg  # noqa: F401  its own BLAS must be loaded before the controller looks for libraries
from threadpoolctl import OpenBLASController, ThreadpoolController

_lock = Lock()
_inside: list[Any] = []  # one entry a caller inside; the first one knows how many threads there were


@cache
def _find_libraries() -> ThreadpoolController:
    return ThreadpoolController()


@contextmanager
def hold_one_thread() -> Iterator[None]:
    """Hold every BLAS library of the process at one thread while any caller, in any thread, is inside.

    The number of BLAS threads belongs to the process: the first caller holds it, the last one gives the former
    number back. (threadpoolctl alone lets the first thread that leaves give it back while another still adds.)
    """
    with _lock:
        _inside.append(None if _inside else _set_one_thread())
    try:
        yield
    finally:
        with _lock:
            if len(_inside) > 1:
                _inside.pop()
            else:
                OpenBLASController.clear_controlling_thread(force=True)
                _inside.pop().restore_original_limits()
                OpenBLASController.clear_controlling_thread(force=True)


def _set_one_thread() -> Any:
    """Set one thread, whichever Python thread set the number before; returns what restores it."""
    OpenBLASController.clear_controlling_thread(force=True)
    return _find_libraries().limit(limits=1, user_api="blas")
