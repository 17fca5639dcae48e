"""The page of what changed: what it says of few and of many causes, from links that are invented."""

from __future__ import annotations

import tomllib
from pathlib import Path

import polars as pl
import pytest

from pipeline.changes import change_words
from pipeline.changes.build_state import NO_OLD_REGISTERS, NOT_BUILT, NOT_LOADED, Obstacle
from pipeline.changes.compare_releases import MAJOR, MINOR, PATCH, Change, Difference
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


def test_lead_and_causes_count_the_same_numbers_and_scope_stands_alone() -> None:
    moved = [
        {"number_id": f"homeless/cash_benefit/{year}", "relative_year": year, "cause": "prices"}
        | {"value_before": 1.0, "value_after": 2.0, "value_change": 1.0}
        for year in (1, 2, 3)
    ]
    others = [
        {**row, "measure": measure} for row in moved for measure in ("adjusted_difference", "all_estimates")
    ]
    came = {"number_id": "homeless/shelter/1", "cause": "scope", "value_after": 4.0}
    page = tell_changes(make_changes(*moved, *others, came, causes=("prices",)), "2026.2", "da")
    assert "har 3 flyttet sig. 1 er kommet til" in page
    (line,) = [line for line in page.splitlines() if line.startswith("| Priser |")]
    assert line.split("|")[2:4] == [" 3 ", " 0 "]
    assert "| Kommet til eller udgået |" not in page.split("\n| ---")[1]
    assert "ingen årsag har flyttet dem: 1 viste tal og 0 priser, satser og studier." in page
    assert "»SØM: kun signifikante, nedtrappet«" in page


def make_price(year: int, **values: object) -> dict:
    name = f"price/cash_benefit/state/{year}"
    kind = {"measure": "price_dkk", "number_kind": "price", "target_group": None, "relative_year": None}
    return {"number_id": name, "cause": "prices", "standard_error_before": None} | kind | values


def test_prices_in_the_money_of_another_year_are_compared() -> None:
    links = [make_price(2022, value_before=100.0), make_price(2023, value_after=104.5)]
    page = tell_changes(make_changes(*links, causes=("prices",)), "2026.2", "da")
    (line,) = [line for line in page.splitlines() if "price/cash_benefit" in line]
    assert line.startswith(
        "| Kontanthjælp, Stat `price/cash_benefit/state/2022 → 2023` | 100,00 | 104,50 | +4,50 |"
    )


def test_what_a_change_is_about_has_a_name() -> None:
    changes = (
        Change(MAJOR, "target_group_gone", "homeless, somebody"),
        Change(MAJOR, "unit_price_gone", "cash_benefit / homeless / state"),
        Change(MINOR, "view_new", "all_estimates"),
    )
    difference = Difference("2026.1", "2026.2", MAJOR, changes, ())
    page = tell_changes(make_changes(difference=difference), "2026.2", "da")
    assert "- Målgrupper udgået: Hjemløse, somebody" in page
    assert "- Enhedspriser udgået: Kontanthjælp / Hjemløse / stat" in page
    assert "all_estimates" not in page


@pytest.mark.parametrize("language", ["da", "en"])
def test_why_causes_stand_together_is_told_in_the_readers_language(language: str) -> None:
    told = [
        ("code+register_data", Obstacle(NO_OLD_REGISTERS)),
        ("prices+reimbursement", Obstacle(NOT_LOADED, "x")),
    ]
    page = tell_changes(make_changes(not_told_apart=tuple(told)), "2026.2", language)
    joint = ("code+register_data", Obstacle(NOT_BUILT))
    built = tell_changes(make_changes(not_told_apart=(joint,)), "2026.2", language)
    expected = {
        "da": (
            "Registerfilerne bag 2026.1 foreligger ikke.",
            "kan ikke bruges sammen: x",
            "tallene kan ikke dannes",
        ),
        "en": (
            "files behind 2026.1 are not at hand.",
            "cannot be used together: x",
            "numbers cannot be made",
        ),
    }[language]
    assert expected[0] in page and expected[1] in page
    assert expected[2] in built and expected[0] not in built


def test_only_the_release_after_another_is_said_to_hold_its_changes() -> None:
    assert "changes.parquet" in tell_changes(make_changes(), "2026.2", "da")
    assert "changes.parquet" not in tell_changes(make_changes(is_stored=False), "2026.2", "da")


def test_no_sentence_is_unused() -> None:
    folder = Path(change_words.__file__).parent
    words = tomllib.loads((folder / "words.toml").read_text("utf-8"))
    code = "".join(file.read_text("utf-8") for file in folder.glob("*.py"))
    assert [key for key in words["sentences"] if f'"{key}"' not in code and f"'{key}'" not in code] == []
