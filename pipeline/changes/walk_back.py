"""The tables between two releases: from the new one back to the old one, undoing one cause at a time.

Belongs here: which causes are undone together. Does not belong here: building with a cause undone (`build_state`),
comparing the tables (`attribute`). Going backwards builds least: what a cause touches is built once, and a target group
that is new is never built again. The last cause undone is not built at all: without it everything is as in the old
release, whose tables are at hand. A cause that cannot be undone stays done, and is undone with the next one that can.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.changes.between import Between
from pipeline.changes.build_state import Obstacle, Tables, build_state
from pipeline.changes.causes import CAUSES, FILTER_AND_TAPER, JOINT, UNEXPLAINED
from pipeline.changes.small_counts import is_laxer
from pipeline.changes.workshop import open_workshop
from pipeline.executors import DEFAULT_RESOURCES, Resources
from pipeline.progress import tell


@dataclass(frozen=True)
class State:
    """The tables of the new release with some causes undone.

    Attributes
    ----------
    undone : tuple of str
        Causes; none for the new release, all for the old one.
    tables : mapping of str to polars.DataFrame or Path
        Files are there until the next state is asked for.
    obstacle : Obstacle, optional
        Why more than one cause is undone that was not in the state before.
    is_stricter : bool
        Whether more is withheld than its declarations say: the smallest counts are the stricter ones of both releases.
    is_old : bool
        Whether it is the old release itself.
    """

    undone: tuple[str, ...]
    tables: Tables
    obstacle: Obstacle | None = None
    is_stricter: bool = False
    is_old: bool = False


def name_causes(states: Sequence[State]) -> list[str]:
    """Name, for each state, the causes that come next when going forward from the state after it in the list.

    Parameters
    ----------
    states : sequence of State
        From `walk_back`, in its order.

    Returns
    -------
    list of str
        Several causes joined by +; `unexplained` where nothing differs; empty for the old release.
    """
    named = []
    for state, earlier in pairwise(states):
        causes = [cause for cause in earlier.undone if cause not in state.undone]
        named.append(JOINT.join(causes) or UNEXPLAINED)
    return [*named, ""]


def walk_back(between: Between, new: Tables, resources: Resources = DEFAULT_RESOURCES) -> Iterator[State]:
    """Give the tables of the new release, then with each cause undone in turn, the old release last.

    Parameters
    ----------
    between : Between
    new : mapping of str to polars.DataFrame or Path
        Tables of the new release.
    resources : Resources
        For what must be built.

    Yields
    ------
    State
        The new release first, the old one last; reversed they are a chain.

    Raises
    ------
    BuildFailed
        When the machine failed.
    """
    yield State((), new)
    obstacles: dict[str, Obstacle] = {}
    undone: tuple[str, ...] = ()
    n_states = max(len(between.causes) - 1, 1)
    if len(between.causes) > 1:
        with open_workshop(between.project) as workshop:
            for place, cause in enumerate(reversed(between.causes[1:])):
                tell("undoing changes", place, n_states)
                for tried in dict.fromkeys((_order(*undone, *obstacles, cause), _order(*undone, cause))):
                    tables = build_state(between, tried, new, workshop, resources)
                    if not isinstance(tables, Obstacle):
                        break
                if isinstance(tables, Obstacle):
                    obstacles[cause] = tables
                    continue
                undone, met = tried, [obstacles.pop(own) for own in tried if own in obstacles]
                ends = between.declared if FILTER_AND_TAPER in undone else between.declared[::-1]
                is_stricter = is_laxer(*ends)
                yield State(undone, tables, met[0] if met else None, is_stricter)
    tell("undoing changes", n_states, n_states)
    old = {file.stem: file for file in sorted((between.old / "tables").glob("*.parquet"))}
    yield State(between.causes, old, next(iter(obstacles.values()), None), is_old=True)


def _order(*causes: str) -> tuple[str, ...]:
    return tuple(cause for cause in CAUSES if cause in causes)
