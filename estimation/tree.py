"""Adding up parts of a group in one fixed order: a balanced binary tree over its blocks.

Belongs here: the order of adding. Does not belong here: what is added.
Whoever sums an aligned power of two of blocks (one of them, a pair, all) gets a node of the same tree, so the
work can be shared out in any such way without changing a bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

Part = TypeVar("Part")


def add_in_tree(parts: Iterable[Part | None], add: Callable[[Part, Part], Part]) -> Part | None:
    """Add parts pairwise, then the pairs pairwise, and so on.

    Parameters
    ----------
    parts : iterable
        One a block, or one an equally large aligned range of blocks, in order. A block without rows keeps its
        place, as None or as sums of nothing (the sums of this package hold no negative zero, so both give the
        same bits). A number of parts that is no power of two is filled up with None at the end.
    add : callable
        Adds two neighbours, the earlier one first; it must not change them.

    Returns
    -------
    part or None
        None if there is no part at all. A tree over one part is that part.

    Examples
    --------
    >>> add_in_tree(["a", "b", "c", None, "e"], lambda first, second: f"({first}{second})")
    '(((ab)c)e)'
    """
    waiting: list[tuple[int, Part | None]] = []
    for part in parts:
        height, total = 0, part
        while waiting and waiting[-1][0] == height:
            total = _join(waiting.pop()[1], total, add)
            height += 1
        waiting.append((height, total))
    rest: Part | None = None
    for _, part in reversed(waiting):
        rest = _join(part, rest, add)
    return rest


def _join(first: Part | None, second: Part | None, add: Callable[[Part, Part], Part]) -> Part | None:
    """Add two parts; None is neutral."""
    if first is None or second is None:
        return second if first is None else first
    return add(first, second)
