"""The page of what changed: what it says of few and of many causes, from links that are invented."""

from __future__ import annotations

import polars as pl
import pytest

from pipeline.changes.compare_releases import PATCH, Difference
from pipeline.changes.find_changes import Changes
from pipeline.changes.tell_changes import tell_changes
from pipeline.release.made_at_publication import make_empty_table

NAMES = pl.DataFrame(
    {
        "kind": ["target_group", "consequence"],
        "key": ["homeless", "cash_benefit"],
        "name_da": ["Hjemløse", "Kontanthjælp"],
        "name_en": ["Homeless", "Cash benefit"],
    }
)


def make_links(*rows: dict) -> pl.DataFrame:
    """Make rows of the table `changes`: of the shown number homeless/cash_benefit/3 unless said otherwise."""
    usual = {
        "number_id": "homeless/cash_benefit/3",
        "measure": "soem_classic",
        "link": 1,
        "number_kind": "difference",
        "target_group": "homeless",
        "consequence": "cash_benefit",
        "relative_year": 3,
        "standard_error_before": 0.5,
    }
    empty = make_empty_table("changes")
    return pl.DataFrame([usual | row for row in rows], schema=empty.schema) if rows else empty


def make_changes(*rows: dict, **facts: object) -> Changes:
    """Make what changed from 2026.1 to 2026.2."""
    usual = {
        "difference": Difference("2026.1", "2026.2", PATCH, (), ()),
        "causes": (),
        "is_declared_same": True,
        "is_attributed": True,
        "links": make_links(*rows),
        "not_told_apart": (),
        "names": NAMES,
        "n_shown": 100,
        "is_stored": True,
    }
    return Changes(**(usual | facts))


@pytest.mark.parametrize("is_attributed", [True, False])
def test_declarations_are_called_the_same_only_where_they_are(is_attributed: bool) -> None:
    facts = {"is_attributed": is_attributed}
    same = tell_changes(make_changes(**facts), "2026.2", "da")
    assert "Kode, registre og deklarationer er de samme." in same
    other = tell_changes(make_changes(is_declared_same=False, **facts), "2026.2", "da")
    assert "er de samme. Deklarationerne er kun forskellige i tekster" in other
    assert "Kode, registre og deklarationer er de samme." not in other
