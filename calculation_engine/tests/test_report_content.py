"""A report says what was calculated: every warning, every input and reason, every number as the result has it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from soem_engine import (
    Assumption,
    CommitteeShares,
    CommitteeStructure,
    ConsequenceChoice,
    CostItem,
    CostLine,
    Intervention,
    NewConsequence,
    OwnConsequence,
    OwnGroup,
    OwnPrice,
    PayerAmounts,
    PayerShares,
    Range,
    Release,
    Result,
    SingleCase,
    SuccessChain,
    TargetGroupInput,
    WhileRunning,
    YearAmounts,
    calculate,
)
from soem_engine.report.build_report import build_report
from soem_engine.report.document import Chart, Document, Items, KeyFigures, Pairs, Table
from soem_engine.report.wording import Words

DANISH_WORDS = re.compile(
    r"\b(og|ikke|af|til|fra|med|år|det|som|på|efter|pr|kommune|stat|i alt|omkostninger)\b", re.I
)
ENGLISH_WORDS = re.compile(r"\b(and|not|of|from|with|the|year|years|by|municipality|total|costs)\b", re.I)


@pytest.fixture
def rich(intervention: Intervention) -> Intervention:
    """The hand-worked case with every kind of input on top, in words of no language."""
    city = PayerShares({"municipality": 1.0})
    hours = CostItem("xsheet", "staff", hours=YearAmounts(120.0), wage_dkk=260.5, overhead_share=0.2)
    rent = CostItem("xrent", "rent", quantity=YearAmounts(by_year={2024: 3.0}), unit_cost_dkk=1500.0)
    case = SingleCase("xcase", "children", 1_900_000.0, YearAmounts(1.0))
    children = TargetGroupInput("children", {}, 0.125, "xchild", {2024: 8.0}, 6.0, 0.25)
    return dataclasses.replace(
        intervention,
        name="Xname",
        own_success_measure="xown",
        success_measure_comparison="xcompared",
        description="xdescription",
        source="xsource",
        target_groups=(
            dataclasses.replace(intervention.target_groups[0], net_success_share_reason="xreason"),
            children,
        ),
        costs=(
            *intervention.costs,
            CostLine("xcases", "fixed", None, city, single_cases=(case,)),
            CostLine("xline", "fixed", None, city, items=(hours, rent)),
        ),
        own_consequences=(OwnConsequence("shelter", {1: -33.25, 2: -7.5}, "xdata", "adults", {1: 4.5}),),
        while_running=(WhileRunning("gp_contacts", 1.75, "xrunning", "children"),),
        own_prices=(OwnPrice("shelter", PayerAmounts({"municipality": 812.5}), "xprice", 2022),),
        consequences=ConsequenceChoice("xchoice", without=("tax_employment",)),
        committees=CommitteeStructure(
            "xcommittees",
            CommitteeShares({"Xsocial": 0.6, "Xeconomy": 0.4}),
            costs={"xline": CommitteeShares({"Xeconomy": 1.0})},
        ),
        ranges=(Range("target_groups[1].net_success_share", 0.1, 0.3, "xrange", "triangular"),),
        assumed=(Assumption("costs[1].amounts_dkk", "xassumed"),),
    )


@pytest.fixture
def result(rich_release: Release, rich: Intervention) -> Result:
    return calculate(rich_release, rich)


def list_texts(value: Any) -> Iterator[str]:
    """Yield every text of a document, its charts' SVG left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from list_texts(one)
    elif isinstance(value, Chart):
        yield from (value.title, value.alt, value.note)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            if field.name not in ("key", "kind", "language") or isinstance(value, Document):
                yield from list_texts(getattr(value, field.name))


def find_table(document: Document, start: str) -> Table:
    tables = [block for section in document.sections for block in section.blocks if isinstance(block, Table)]
    return next(table for table in tables if table.title.startswith(start))


def read_number(text: str) -> float:
    """Read a number as a report writes it in Danish."""
    digits = text.removesuffix("\u00a0kr.").replace(".", "").replace("\u2212", "-").replace(",", ".")
    return float(digits)


def read_rows(table: Table, first_number: int = 1) -> dict[str, list[float]]:
    rows = [row for row in table.rows if row.kind != "group"]
    return {row.cells[0]: [read_number(cell) for cell in row.cells[first_number:] if cell] for row in rows}


def round_all(values: Any) -> list[float]:
    return [float(f"{value:.0f}") + 0.0 for value in np.ravel(values)]


@pytest.mark.parametrize("language", ["da", "en"])
def test_warnings_come_first_and_all_of_them(result: Result, language: Any) -> None:
    document = build_report(result, language)
    block = document.sections[0].blocks[0]
    assert isinstance(block, Items) and block.is_warning
    assert list(block.items) == [" ".join(one.text.pick(language).split()) for one in result.caveats]
    assert len(block.items) > 8


def test_years_and_payers_are_those_of_the_result(result: Result) -> None:
    rows = read_rows(find_table(build_report(result), "Nettoresultat efter år"))
    for t, year in enumerate(result.years):
        net = result.net_dkk[t]
        expected = [*net, net.sum(), result.net_pv_dkk[t].sum(), result.cumulated_dkk[t]]
        assert rows[str(year)] == round_all(expected)
    total = result.net_dkk.sum(axis=0)
    assert rows["I alt"] == round_all([*total, total.sum(), result.net_present_value])


def test_payers_areas_and_consequences_are_those_of_the_result(result: Result) -> None:
    document = build_report(result)
    payers = find_table(document, "Nutidsværdi efter betaler")
    columns = [result.consequences_pv_dkk.sum(axis=(0, 1, 2)), result.cost_pv_dkk.sum(axis=(0, 1))]
    for p, row in enumerate(payers.rows[:-1]):
        expected = [*(column[p] for column in columns), result.net_present_value_by_payer[p]]
        assert [read_number(cell) for cell in row.cells[1:4]] == round_all(expected)
    areas = read_rows(find_table(document, "Nutidsværdi efter område"))
    for name, amounts in zip(result.areas.values(), result.sum_by_area().sum(axis=1), strict=True):
        if amounts.any():
            assert areas[name.da] == round_all([*amounts, amounts.sum()])
    rows = read_rows(find_table(document, "Nutidsværdi efter konsekvens"), 2)
    for consequence, amounts in zip(
        result.consequences, result.sum_by_consequence().sum(axis=1), strict=True
    ):
        if amounts.any():
            assert rows[consequence.name.da] == round_all([*amounts, amounts.sum()])
    assert rows["Konsekvenser i alt"][-1] == round_all(columns[0].sum())[0]


def test_costs_and_committees_are_those_of_the_result(result: Result) -> None:
    document = build_report(result)
    costs = read_rows(find_table(document, "Omkostninger efter betaler"), 2)
    for n, line in enumerate(result.intervention.costs):
        amounts = result.cost_pv_dkk[:, n].sum(axis=0)
        assert costs[line.name] == round_all([*amounts, amounts.sum()])
    detail = result.cost_detail[-1]
    assert [row.name for row in detail] == ["xsheet", "xrent"]
    sheet = (detail[0].dkk * result.discount_factors[:, None]).sum()
    assert costs["\u2003xsheet"][-1] == round_all(sheet)[0]
    rows = read_rows(find_table(document, "Kommunens nutidsværdi efter udvalg"))
    for b, name in enumerate(result.committees):
        assert rows[name][-1] == round_all(result.net_by_committee_pv_dkk[b].sum())[0]
    municipality = result.net_present_value_by_payer[result.payers.index("municipality")]
    assert rows["Kommunen i alt"][-1] == round_all(municipality)[0]


def test_refunds_of_single_cases_show_the_releases_thresholds(result: Result) -> None:
    detail = result.cost_detail[-2][0]
    assert detail.name == "xcase" and detail.refund_dkk.any()
    rows = find_table(build_report(result), "Statens refusion").rows
    low, high = detail.refund_terms[0, 0], detail.refund_terms[0, 1]
    assert sum(read_number(row.cells[-1]) for row in rows) == round_all(detail.refund_dkk.sum())[0]
    first = rows[0].cells
    assert [read_number(first[2]), read_number(first[4])] == round_all(sorted([low, high]))
    assert (first[3], first[5]) == ("25\u00a0%", "50\u00a0%")


def test_key_figures_are_those_of_the_result(result: Result) -> None:
    blocks = [block for section in build_report(result).sections for block in section.blocks]
    figures = next(block for block in blocks if isinstance(block, KeyFigures)).figures
    shown = {figure.label: figure for figure in figures}
    assert read_number(shown["Nettonutidsværdi"].value) == round_all(result.net_present_value)[0]
    assert result.benefit_per_krone is not None
    assert (
        shown["Udbytte pr. krone"].value == f"{result.benefit_per_krone:.2f}".replace(".", ",") + "\u00a0kr."
    )
    assert read_number(shown["Pr. deltager"].value) == round_all(result.net_present_value_per_participant)[0]
    assert shown["Tjent hjem fra"].value == (
        "\u2013" if result.break_even_year is None else str(result.break_even_year)
    )


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_input_and_reason_is_printed(result: Result, language: Any) -> None:
    told = "\n".join(list_texts(build_report(result, language)))
    words = (
        "Xname xcase xcases xown xcompared xdescription xsource xreason xchild xsheet xrent xline xdata xrunning "
        "xprice xchoice xcommittees Xsocial Xeconomy xrange xassumed"
    )
    assert [word for word in words.split() if word not in told] == []
    point = "," if language == "da" else "."
    for number in ("260.5", "33.25", "7.5", "4.5", "1.75", "812.5", "12.5", "10,000.5"):
        written = number.translate(str.maketrans({",": ".", ".": ","})) if point == "," else number
        assert written in told, number


def test_profiles_and_prices_have_their_number_ids(result: Result) -> None:
    document = build_report(result)
    prices = find_table(document, "Enhedspriser")
    listed = "\n".join(row.cells[-1] for row in prices.rows).split()
    assert "price/cash_benefit/municipality/2022" in listed and "price/gp_contacts/region/2022" in listed
    assert "price/shelter/municipality/2022" not in listed, "the user's own price is not the release's"
    assert len(listed) == len(set(listed))
    cash = next(row for row in prices.rows if row.cells[0] == "Kontanthjælp, uger")
    assert cash.cells[1:3] == ("Kommune\nStat", "700,00\n2.300,00")
    values = {
        row.cells[0].split("\n")[1]: row.cells[1:] for row in find_table(document, "Relativt år 1").rows
    }
    assert values["shelter"][:3] == ("\u221233,25#", "\u22127,50#", "\u22124,00")
    assert values["cash_benefit"] == ("\u22122,90", "\u22122,40", "\u22121,70", "\u22120,85°", "0°")


def test_what_is_not_counted_is_listed(result: Result) -> None:
    rows = [row.cells for row in find_table(build_report(result), "Udeladt").rows]
    assert ("Børn: Almen praksis", "2", "ikke observeret i registrene") in rows
    assert ("Voksne: Skat fra beskæftigelse", "alle", "slået fra af brugeren") in rows
    assert len(rows) == len({(entry.target_group, entry) for entry in result.not_counted})


def test_success_measures_stand_side_by_side(result: Result) -> None:
    told = list(list_texts(build_report(result)))
    for group in result.target_groups:
        at = told.index(group.success.da)
        assert told[at - 3 : at] == ["Eget succesmål", "xown", "SØM's succesmål"]


def test_each_language_keeps_to_itself(result: Result) -> None:
    for language, foreign in (("en", DANISH_WORDS), ("da", ENGLISH_WORDS)):
        leftovers = [text for text in list_texts(build_report(result, language)) if foreign.search(text)]  # type: ignore[arg-type]
        names = {"Kommune", "Region"}
        assert [text for text in leftovers if text not in names and "price/" not in text] == []


def test_numbers_are_danish(result: Result) -> None:
    for text in list_texts(build_report(result)):
        if "price/" not in text and "_" not in text:
            assert not re.search(r"(?<![\w-])-\d|\d,\d{3}\b.*\.\d", text), text


def test_words_set_numbers_as_in_print() -> None:
    da, en = Words("da"), Words("en")
    assert (da.number(-1234.5, 1), en.number(-1234.5, 1)) == ("\u22121.234,5", "\u22121,234.5")
    assert (da.dkk(-0.2), en.dkk(1e6)) == ("0\u00a0kr.", "DKK\u00a01,000,000")
    assert (da.number(float("nan")), da.share_plain(0.125)) == ("\u2013", "12,5\u00a0%")
    assert [da.choose_unit([n]).dkk for n in (9_999, -10_000, 1e6, 3e9)] == [1.0, 1e3, 1e6, 1e9]
    assert (da.join(["a", "b", "c"]), en.join(["a"]), da.join([])) == ("a, b og c", "a", "")
    assert da.span(2024, 2024) == "2024" and da.span(1, 3) == "1\u20133"


def test_pairs_have_values(result: Result) -> None:
    for section in build_report(result).sections:
        for block in section.blocks:
            if isinstance(block, Pairs):
                assert all(name and value for name, value in block.pairs), section.title


def test_the_chain_of_effects_is_printed_link_by_link(rich_release: Release, rich: Intervention) -> None:
    chain = SuccessChain(
        "xlink", effect_size=0.3, effect_size_standard_error=0.1, base_share=0.4, base_share_reason="xbase"
    )
    group = TargetGroupInput("adults", {2024: 10.0}, None, "", success_chain=chain)
    plain = dataclasses.replace(rich, target_groups=(group,), while_running=(), ranges=())
    result = calculate(rich_release, plain)
    success = result.parts[0].success
    told = list(list_texts(build_report(result)))
    share, error = (
        f"{100 * value:.1f}".replace(".", ",") for value in (success.share, success.standard_error)
    )
    assert f"{share}\u00a0% (antaget; standardfejl {error}\u00a0%)" in told
    assert "0,30 (standardfejl 0,10)" in told and "40,0\u00a0%: xbase" in told and "xlink" in told


def test_a_group_of_ones_own_is_not_said_to_be_soems(rich_release: Release, rich: Intervention) -> None:
    group = TargetGroupInput("mine", {2024: 5.0}, 0.3, "x", own_group=OwnGroup("Xmine", "xsuccess", "adults"))
    visits = NewConsequence("Xvisits", "health", "xunit", "revenue")
    own = OwnConsequence("visits", {1: -3.0}, "xdata", new=visits)
    price = OwnPrice("visits", PayerAmounts({"municipality": 450.0, "region": 0.0, "state": 0.0}), "xprice")
    alone = dataclasses.replace(
        rich,
        target_groups=(group,),
        own_consequences=(own,),
        own_prices=(price,),
        consequences=None,
        while_running=(),
        ranges=(),
    )
    told = list(list_texts(build_report(calculate(rich_release, alone))))
    at = told.index("xsuccess")
    assert told[at - 1] == "Målgruppens succesmål"
    assert "Xvisits, xunit (egen konsekvens, indtægt)" in told
    assert "Ingen af udgivelsens priser er brugt." in told
    assert not any("justeret for køn" in text for text in told)
