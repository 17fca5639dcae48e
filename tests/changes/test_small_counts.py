"""What stands between two releases withholds what either of them withholds."""

from __future__ import annotations

import pytest

from pipeline.changes.causes import CAUSES, FILTER_AND_TAPER
from pipeline.changes.mix_declarations import find_changed_causes, mix_declarations
from pipeline.changes.small_counts import SMALLEST, find_floor, is_laxer, keep_strictest

GROUP = "target_groups/homeless.toml"


def declare(common: int, own: int | None = None) -> dict:
    method = {key: {"value": common, "basis": "assumed"} for key in SMALLEST}
    own_method = {} if own is None else {"method": {"min_users_per_arm": own}}
    return {"method.toml": method, GROUP: {"target_group": "homeless", **own_method}}


def find_smallest(content: dict, key: str = "min_users_per_arm") -> int:
    common = content["method.toml"][key]["value"]
    return content[GROUP].get("method", {}).get(key, common)


@pytest.mark.parametrize("undone", [(), (FILTER_AND_TAPER,), CAUSES])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (declare(5), declare(10)),
        (declare(10), declare(5)),
        (declare(5), declare(5, own=20)),
        (declare(5, own=20), declare(5)),
        (declare(30), declare(5, own=20)),
        (declare(5), declare(10, own=6)),
    ],
)
def test_no_mixture_withholds_less_than_the_stricter_release(old: dict, new: dict, undone: tuple) -> None:
    mixed = keep_strictest(mix_declarations(old, new, undone), old, new)
    assert find_smallest(mixed) == max(find_smallest(old), find_smallest(new))
    for key in SMALLEST:
        assert mixed["method.toml"][key]["value"] == max(
            content["method.toml"][key]["value"] for content in (old, new)
        )


def test_a_raised_smallest_count_is_a_cause_all_the_same() -> None:
    assert find_changed_causes(declare(5), declare(10)) == (FILTER_AND_TAPER,)
    assert is_laxer(declare(5), declare(10)) and is_laxer(declare(5), declare(5, own=6))
    assert not is_laxer(declare(10), declare(5)) and not is_laxer(declare(5), declare(5))
    assert find_floor(declare(5), declare(10)) == find_floor(declare(10), declare(5)) == 10
