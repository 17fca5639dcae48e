"""One place where long work says how far it is; whoever runs the flow decides how that is shown.

Belongs here: telling progress. Does not belong here: the display (`cli`) or what is being done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[str, int, int], None]

_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def listen(listener: Listener) -> Iterator[None]:
    """Send progress to `listener(what, done, total)` inside the block."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def tell(what: str, done: int, total: int) -> None:
    """Say that `done` of `total` parts of a piece of work are done.

    Parameters
    ----------
    what : str
        The piece of work, as the name of a table.
    done, total : int
        Parts done, and parts in all.
    """
    listener = _listener.get()
    if listener is not None:
        listener(what, done, total)
