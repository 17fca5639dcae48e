"""What the states between two releases may tell of few persons: never less withheld than in either release.

Belongs here: the declared smallest counts of a mixture, and the smallest move of a count that is told. Does not belong
here: any other declaration (`mix_declarations`), which links there are (`attribute`).
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatch
from typing import Any

from pipeline.release.rules import FEWEST

PUBLISHED = "min_published_count"
SMALLEST = (PUBLISHED, "min_persons_per_arm", "min_users_per_arm")
"""Keys of the method that withhold numbers of few persons."""

_METHOD = "method.toml"


def keep_strictest(
    mixed: Mapping[str, Any], old: Mapping[str, Any], new: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a mixture of declarations whose smallest counts are the stricter ones of the two releases.

    Parameters
    ----------
    mixed, old, new : mapping of str to Declaration
        From `mix_declarations` and `read_declarations`.
    """
    kept = dict(mixed)
    for key in SMALLEST:
        common = [entry for content in (old, new) if (entry := content.get(_METHOD, {}).get(key))]
        if common and key in kept[_METHOD]:
            kept[_METHOD] = kept[_METHOD] | {key: max(common, key=lambda entry: entry["value"])}
        for file in filter(_is_group, mixed):
            fewest = max(_find_smallest(content, file, key) for content in (old, new))
            if _find_smallest(kept, file, key) != fewest:
                kept[file] = kept[file] | {"method": {**kept[file].get("method", {}), key: fewest}}
    return kept


def is_laxer(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Say whether a smallest count is lower in the first declarations, somewhere, so that they may not be followed.

    Parameters
    ----------
    old, new : mapping of str to Declaration
        From `read_declarations`.
    """
    files = {_METHOD, *filter(_is_group, [*old, *new])}
    return any(_find_smallest(old, f, key) < _find_smallest(new, f, key) for f in files for key in SMALLEST)


def find_floor(old: Mapping[str, Any], new: Mapping[str, Any]) -> int:
    """Return the stricter of the smallest counts the two releases publish; no cause may tell of a smaller move.

    Parameters
    ----------
    old, new : mapping of str to Declaration
        From `read_declarations`.
    """
    return max(FEWEST, *(_find_smallest(content, _METHOD, PUBLISHED) for content in (old, new)))


def _is_group(file: str) -> bool:
    return fnmatch(file, "target_groups/*.toml")


def _find_smallest(content: Mapping[str, Any], file: str, key: str) -> int:
    """Return a smallest count as it holds in a target group's file: its own, or the common one."""
    common = content.get(_METHOD, {}).get(key, {}).get("value", 0)
    return content.get(file, {}).get("method", {}).get(key, common) if _is_group(file) else common
