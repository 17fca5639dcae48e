"""Declarations between two releases: each edit is one cause; undone it is as before, and everything else as now."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from pipeline.changes.causes import CAUSES
from pipeline.changes.mix_declarations import (
    find_changed_causes,
    mix_declarations,
    read_declarations,
    write_declarations,
)
from pipeline.fingerprints import hash_meaning
from pipeline.project import DECLARATIONS, load_declarations

EDITS = {
    "register_data": (
        "registers/lmdb.toml",
        'register = "lmdb"',
        'register = "lmdb"\nmissing_years = [2012]',
    ),
    "consequence_definition": ("method.toml", "[school_weeks]\nvalue = 40", "[school_weeks]\nvalue = 41"),
    "cohort_definition": ("target_groups/homeless.toml", "age_to = 65", "age_to = 60"),
    "success_criterion": ("target_groups/autism.toml", "[success]", "[success]\n# other\n"),
    "covariates": ("covariates.toml", "band_years_adults = 5", "band_years_adults = 10"),
    "filter_and_taper": (
        "method.toml",
        "[significance_level]\nvalue = 0.05",
        "[significance_level]\nvalue = 0.1",
    ),
    "prices": ("prices/figures.csv", ",9000000000,", ",9900000000,"),
    "index_and_discounting": ("prices/price_index.toml", "2021 = 96.0", "2021 = 97.0"),
    "reimbursement": ("prices/reimbursement_rules.toml", "[0.05, 0.15, 0.10, 0.70]", "[0.1, 0.1, 0.1, 0.7]"),
    "other_knowledge": ("effect_studies.csv", ",0.3722,", ",0.3822,"),
}
"""One edit a cause: file, text, other text."""

Edit = Callable[[str, str, str], None]


@pytest.fixture
def new(tmp_path: Path) -> Path:
    return shutil.copytree(
        DECLARATIONS, tmp_path / "new", ignore=shutil.ignore_patterns("*.py", "__pycache__")
    )


@pytest.fixture
def edit(new: Path) -> Edit:
    """Replace a text in one of the new declarations."""

    def replace(file: str, text: str, other: str) -> None:
        content = (new / file).read_text("utf-8")
        assert content.count(text) >= 1
        (new / file).write_text(content.replace(text, other, 1), "utf-8")

    return replace


def edit_success(edit: Edit) -> None:
    edit("target_groups/homeless.toml", '  { events = "prison_stays", within = "year_1" },\n', "")


def edit_all(edit: Edit) -> None:
    for cause, (file, text, other) in EDITS.items():
        if cause != "success_criterion":
            edit(file, text, other)
    edit_success(edit)


def test_a_comment_or_a_text_is_no_cause(new: Path, edit: Edit) -> None:
    edit("target_groups/autism.toml", "[success]", "# A remark.\n[success]")
    edit("target_groups/autism.toml", '[name]\nda = "', '[name]\nda = "x')
    edit("words.toml", "\n", "\n# A remark.\n")
    edit("consequences/crime.toml", 'name_en = "', 'name_en = "x')
    assert find_changed_causes(read_declarations(DECLARATIONS), read_declarations(new)) == ()


@pytest.mark.parametrize("cause", EDITS)
def test_one_edit_is_one_cause_and_undone_it_is_as_before(new: Path, edit: Edit, cause: str) -> None:
    edit_success(edit) if cause == "success_criterion" else edit(*EDITS[cause])
    before, after = read_declarations(DECLARATIONS), read_declarations(new)
    assert find_changed_causes(before, after) == (cause,)
    assert mix_declarations(before, after, [cause]) == before
    assert mix_declarations(before, after, [other for other in CAUSES if other != cause]) == after


def test_all_edits_together_are_told_apart(new: Path, edit: Edit) -> None:
    edit_all(edit)
    before, after = read_declarations(DECLARATIONS), read_declarations(new)
    assert find_changed_causes(before, after) == tuple(cause for cause in CAUSES if cause in EDITS)
    assert mix_declarations(before, after, CAUSES) == before
    for cause in EDITS:
        mixed = mix_declarations(before, after, [cause])
        assert find_changed_causes(before, mixed) == tuple(c for c in CAUSES if c in EDITS and c != cause)
        assert find_changed_causes(mixed, after) == (cause,)


def test_what_only_one_release_has_is_no_cause(new: Path, edit: Edit) -> None:
    (new / "target_groups" / "stuttering.toml").unlink()
    text = (new / "target_groups" / "homeless.toml").read_text("utf-8")
    again = text.replace('target_group = "homeless"', 'target_group = "homeless_again"')
    (new / "target_groups" / "homeless_again.toml").write_text(again, "utf-8")
    edit("prices/price_index.toml", "2022 = 100.0", "2022 = 100.0\n2023 = 102.0")
    before, after = read_declarations(DECLARATIONS), read_declarations(new)
    assert find_changed_causes(before, after) == ()
    mixed = mix_declarations(before, after, CAUSES)
    assert "target_groups/homeless_again.toml" in mixed
    assert "target_groups/stuttering.toml" not in mixed
    assert mixed["prices/price_index.toml"]["index"]["2023"] == 102.0


def test_years_that_come_with_another_base_are_put_on_the_old_one(new: Path, edit: Edit) -> None:
    file = "prices/price_index.toml"
    text = (new / file).read_text("utf-8")
    head = text.split("[index]")[0].replace("price_year = 2022", "price_year = 2023")
    (new / file).write_text(f"{head}[index]\n2021 = 92.0\n2022 = 96.0\n2023 = 100.0\n2024 = 102.4\n", "utf-8")
    before, after = read_declarations(DECLARATIONS), read_declarations(new)
    assert find_changed_causes(before, after) == ("index_and_discounting",)
    mixed = mix_declarations(before, after, ["index_and_discounting"])[file]
    assert mixed["price_year"] == 2022
    assert mixed["index"] == before[file]["index"] | {"2023": 104.2, "2024": 106.7}


def test_an_age_band_that_is_new_stays_and_others_are_undone(new: Path, edit: Edit) -> None:
    file = "target_groups/anxiety_depression.toml"
    edit(file, "age_from = 6", "age_from = 7")
    band = '[[age_bands]]\ntarget_group = "anxiety_depression_18"\nage_from = 18\nage_to = 18\n\n[membership]'
    edit(file, "[membership]", band)
    before, after = read_declarations(DECLARATIONS), read_declarations(new)
    assert find_changed_causes(before, after) == ("cohort_definition",)
    bands = mix_declarations(before, after, ["cohort_definition"])[file]["age_bands"]
    assert [(band["target_group"], band["age_from"]) for band in bands] == [
        ("anxiety_depression_6_13", 6),
        ("anxiety_depression_14_17", 14),
        ("anxiety_depression_18", 18),
    ]


def rename_figure(new: Path, edit: Edit) -> None:
    text = (new / "prices" / "figures.csv").read_text("utf-8")
    edit("prices/unit_prices.toml", "gp_contacts_expense", "gp_contacts_costs")
    other = text.replace("gp_contacts_expense", "gp_contacts_costs")
    (new / "prices" / "figures.csv").write_text(other, "utf-8")


def rename_overhead(new: Path, edit: Edit) -> None:
    text = (new / "prices" / "unit_prices.toml").read_text("utf-8")
    other = text.replace("municipality = { factor = 1.10", "communal = { factor = 1.12")
    other = other.replace('overhead = "municipality"', 'overhead = "communal"')
    (new / "prices" / "unit_prices.toml").write_text(other, "utf-8")


def rename_reimbursement(new: Path, edit: Edit) -> None:
    for file in ("reimbursement_rules.toml", "unit_prices.toml"):
        text = (new / "prices" / file).read_text("utf-8")
        (new / "prices" / file).write_text(text.replace("state_only", "the_state"), "utf-8")


def follow_parameter(new: Path, edit: Edit) -> None:
    """Give an open parameter another value and a successor."""
    text = (new / "parameters.toml").read_text("utf-8")
    entry = text[text.index("[[parameter]]") : text.index("# --- Special single cases")]
    opened = entry.replace("valid_to = 2022-12-31\n", "")
    later = entry.replace("2003-01-01", "2023-01-01").replace("valid_to = 2022-12-31\n", "")
    ended = entry.replace("value = 0.30", "value = 0.31")
    (new / "parameters.toml").write_text(text.replace(entry, ended + later), "utf-8")
    (new.parent / "old" / "parameters.toml").write_text(text.replace(entry, opened), "utf-8")


def require_a_key(new: Path, edit: Edit) -> None:
    """Say of every figure who counted it: the old ones do not, and have a column that is gone."""
    for root, column in ((new, "counted_by"), (new.parent / "old", "remark")):
        file = root / "prices" / "figures.csv"
        head, *rows = file.read_text("utf-8").splitlines()
        lines = [f"{head},{column}", *(f"{row},x" for row in rows)]
        file.write_text("\n".join(lines) + "\n", "utf-8")


def leave_a_union(new: Path, edit: Edit) -> None:
    """Take a definition away from the unions that name it, and its file with it."""
    for file in (new / "target_groups").glob("*.toml"):
        text = file.read_text("utf-8")
        file.write_text(text.replace('"alcohol_misuse"', '"homeless"'), "utf-8")
    (new / "target_groups" / "alcohol_misuse.toml").unlink()
    prices = new / "prices" / "unit_prices.toml"
    text = prices.read_text("utf-8").replace('"alcohol_misuse"', '"severe_mental_disorder"')
    prices.write_text(text, "utf-8")
    (new / "effect_studies.csv").write_text(_without(new / "effect_studies.csv", "alcohol_misuse"), "utf-8")


def _without(file: Path, text: str) -> str:
    return "".join(line for line in file.read_text("utf-8").splitlines(keepends=True) if text not in line)


REBUILT = (rename_figure, rename_overhead, rename_reimbursement, follow_parameter)


@pytest.mark.parametrize("change", [None, *REBUILT, leave_a_union])
def test_every_mixture_of_the_walk_loads(
    new: Path, edit: Edit, tmp_path: Path, change: Callable[[Path, Edit], None] | None
) -> None:
    """Whatever is renamed, taken away or followed by another: what is undone from the end on can be loaded."""
    old = shutil.copytree(new, tmp_path / "old")
    edit_all(edit)
    if change is not None:
        change(new, edit)
    load_declarations(old)
    load_declarations(new)
    before, after = read_declarations(old), read_declarations(new)
    causes = find_changed_causes(before, after)
    assert set(EDITS) <= set(causes)
    for place in range(len(causes)):
        mixed = mix_declarations(before, after, causes[place:])
        load_declarations(write_declarations(mixed, new, tmp_path / f"mixed_{place}"))


def test_figures_overheads_and_rules_of_old_prices_are_there_and_unused_ones_are_not(
    new: Path, edit: Edit
) -> None:
    for change in (rename_figure, rename_overhead, rename_reimbursement):
        change(new, edit)
    before, after = read_declarations(DECLARATIONS), read_declarations(new)
    mixed = mix_declarations(before, after, ["prices", "reimbursement"])
    figures, expected = (
        {row["figure"]: row for row in content["prices/figures.csv"]} for content in (mixed, before)
    )
    assert figures == expected
    known = mixed["prices/unit_prices.toml"]["overhead"]
    assert known["municipality"]["factor"] == 1.10 and known["communal"]["factor"] == 1.12
    keys = {rule["key"] for rule in mixed["prices/reimbursement_rules.toml"]["rule"]}
    assert {"state_only", "the_state"} <= keys


@pytest.mark.parametrize(
    ("ended", "expected"),
    [
        (None, [(0.30, 2003, None)]),  # the old rate says what held in the years of the new one
        (date(2024, 12, 31), [(0.30, 2003, date(2022, 12, 31)), (0.30, 2023, None)]),
    ],
)
def test_a_rate_that_is_followed_by_another_is_undone(
    new: Path, edit: Edit, tmp_path: Path, ended: date | None, expected: list
) -> None:
    old = shutil.copytree(new, tmp_path / "old")
    follow_parameter(new, edit)
    before = read_declarations(old)
    for entry in before["parameters.toml"]["parameter"]:
        if entry["key"] == "tax_rate_on_transfers" and ended is not None:
            entry["valid_to"] = ended
    mixed = mix_declarations(before, read_declarations(new), ["index_and_discounting"])
    rates = [
        (entry["value"], entry["valid_from"].year, entry.get("valid_to"))
        for entry in mixed["parameters.toml"]["parameter"]
        if entry["key"] == "tax_rate_on_transfers"
    ]
    assert rates == expected


def test_a_rate_that_is_split_into_periods_is_a_cause(new: Path, edit: Edit, tmp_path: Path) -> None:
    """The tax rate of some years moves every tax: nothing else may be credited with it."""
    old = shutil.copytree(new, tmp_path / "old")
    file = new / "parameters.toml"
    text = file.read_text("utf-8")
    entry = text[text.index("[[parameter]]") : text.index("# --- Special single cases")]
    early = entry.replace("valid_to = 2022-12-31", "valid_to = 2009-12-31")
    late = entry.replace("valid_from = 2003-01-01", "valid_from = 2010-01-01").replace("0.30", "0.35")
    file.write_text(text.replace(entry, early + late), "utf-8")
    before, after = read_declarations(old), read_declarations(new)
    assert find_changed_causes(before, after) == ("index_and_discounting",)
    assert mix_declarations(before, after, CAUSES)["parameters.toml"] == before["parameters.toml"]


def test_what_moves_to_another_file_is_compared_with_what_it_was(
    new: Path, edit: Edit, tmp_path: Path
) -> None:
    old = shutil.copytree(new, tmp_path / "old")
    (new / "consequences" / "health.toml").rename(new / "consequences" / "hospitals.toml")
    (new / "target_groups" / "homeless.toml").rename(new / "target_groups" / "without_a_home.toml")
    before = read_declarations(old)
    assert find_changed_causes(before, read_declarations(new)) == ()
    edit("target_groups/without_a_home.toml", "age_to = 65", "age_to = 60")
    edit("consequences/hospitals.toml", '"80"', '"81"')
    after = read_declarations(new)
    assert find_changed_causes(before, after) == ("consequence_definition", "cohort_definition")
    mixed = mix_declarations(before, after, CAUSES)
    assert mixed["target_groups/without_a_home.toml"] == before["target_groups/homeless.toml"]


def test_a_file_of_corrections_that_comes_or_goes_is_a_cause(new: Path, edit: Edit, tmp_path: Path) -> None:
    old = shutil.copytree(new, tmp_path / "old")
    before, after = read_declarations(old), read_declarations(new)
    del after["corrections.toml"]
    before["corrections.toml"] = {"correction": [{"register": "lmdb"}]}
    assert find_changed_causes(before, after) == ("register_data",)
    assert find_changed_causes(after, before) == ("register_data",)
    assert mix_declarations(before, after, CAUSES)["corrections.toml"] == before["corrections.toml"]
    assert mix_declarations(after, before, CAUSES)["corrections.toml"] == {}


def test_a_discount_rate_that_is_split_is_undone_as_one(new: Path, edit: Edit, tmp_path: Path) -> None:
    file = "discount_rates.toml"
    old = shutil.copytree(new, tmp_path / "old")
    text = (new / file).read_text("utf-8")
    period = text[text.rindex("[[period]]") :]
    start = next(line for line in period.splitlines() if line.startswith("valid_from"))
    ended = period.replace(start, f"{start}\nvalid_to = 2029-12-31", 1)
    later = period.replace(start, "valid_from = 2030-01-01", 1)
    (new / file).write_text(text.replace(period, f"{ended}\n{later}"), "utf-8")
    before, after = read_declarations(old), read_declarations(new)
    assert find_changed_causes(before, after) == ("index_and_discounting",)
    assert mix_declarations(before, after, ["index_and_discounting"])[file] == before[file]


def test_a_key_that_became_required_is_as_in_the_new_release(new: Path, edit: Edit, tmp_path: Path) -> None:
    old = shutil.copytree(new, tmp_path / "old")
    require_a_key(new, edit)
    before, after = read_declarations(old), read_declarations(new)
    assert find_changed_causes(before, after) == ()
    rename_figure(new, edit)
    after = read_declarations(new)
    mixed = mix_declarations(before, after, ["prices"])
    folder = write_declarations(mixed, new, tmp_path / "mixed")
    head, *rows = (folder / "prices" / "figures.csv").read_text("utf-8").splitlines()
    assert head.endswith("source,counted_by")
    assert rows[0].startswith("gp_contacts_number") and rows[0].endswith(",x")
    (kept,) = [row for row in rows if row.startswith("gp_contacts_expense")]
    assert kept.endswith(",")


def test_a_group_that_only_an_old_union_names_is_kept(new: Path, edit: Edit) -> None:
    leave_a_union(new, edit)
    before, after = read_declarations(DECLARATIONS), read_declarations(new)
    file = "target_groups/alcohol_misuse.toml"
    assert file in mix_declarations(before, after, ["cohort_definition"])
    assert file not in mix_declarations(before, after, ["prices"])


def test_a_mixture_is_written_as_declarations_that_load_and_say_the_same(
    new: Path, edit: Edit, tmp_path: Path
) -> None:
    edit_all(edit)
    before, after = read_declarations(DECLARATIONS), read_declarations(new)
    undone = ("success_criterion", "covariates", "prices", "reimbursement", "other_knowledge")
    mixed = mix_declarations(before, after, undone)
    folder = write_declarations(mixed, new, tmp_path / "mixed")
    assert read_declarations(folder) == mixed
    declared = load_declarations(folder)
    assert declared.method.significance_level == 0.1
    assert declared.group["homeless"].age_to == 60
    assert declared.covariates == load_declarations(DECLARATIONS).covariates
    for file in ("method.toml", "words.toml", "registers/lmdb.toml"):
        assert hash_meaning(folder / file) == hash_meaning(new / file)
