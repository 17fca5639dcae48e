"""What a calculation leaves out: years without a value, consequences switched off, services without data.

Here: finding it. Not here: the words of the reasons (`notices`), the warning that counts it (`caveats`).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from soem_engine.axis import find_profile
from soem_engine.group_part import GroupPart
from soem_engine.intervention import Intervention
from soem_engine.knowledge import BoolArray, Consequence, NotMeasured
from soem_engine.notices import NOT_COUNTED_REASONS, NotCounted
from soem_engine.release import Release


def collect_not_counted(
    release: Release,
    intervention: Intervention,
    parts: tuple[GroupPart, ...],
    consequences: tuple[Consequence, ...],
) -> tuple[NotCounted, ...]:
    """List what is left out, by target group."""
    found: list[NotCounted] = []
    for part in parts:
        found += _list_null_years(part, consequences)
        calculated = {
            consequence.key
            for consequence, is_on in zip(consequences, part.is_calculated, strict=True)
            if is_on
        }
        for key in find_profile(part.inputs, intervention, release).consequences:
            if key not in calculated:
                name = release.consequences[key].name
                found.append(NotCounted(part.group.key, name, key, (), "switched_off"))
        for service in find_unmeasured(release, part):
            found.append(NotCounted(part.group.key, service.name, None, (), "not_measured"))
    return tuple(found)


def find_unmeasured(release: Release, part: GroupPart) -> list[NotMeasured]:
    """Return the services the release has no data on that may concern a group."""
    population = part.group.population
    return [
        service
        for service in release.not_measured
        if not population or service.population in ("", "both", population)
    ]


def find_missing(part: GroupPart) -> BoolArray:
    """Return (C, K) the values of a group that somebody reaches and nobody knows.

    A consequence that is counted while the intervention runs only has no profile to miss.
    """
    has_profile = part.has_value.any(axis=1) | (part.values.status != "no_row").any(axis=1)
    return np.asarray((part.is_calculated & has_profile)[:, None] & part.is_reached & ~part.has_value)


def _list_null_years(part: GroupPart, consequences: tuple[Consequence, ...]) -> Iterator[NotCounted]:
    missing: dict[tuple[int, str], list[int]] = {}
    for c, k in zip(*np.nonzero(find_missing(part)), strict=True):
        missing.setdefault((int(c), str(part.values.status[c, k])), []).append(int(k) + 1)
    for (c, status), years in missing.items():
        reason = status if status in NOT_COUNTED_REASONS else "no_row"
        yield NotCounted(part.group.key, consequences[c].name, consequences[c].key, tuple(years), reason)
