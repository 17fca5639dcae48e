"""The importer of effect studies: the synthetic table, 20,000 rows, and bad files told in counts."""

from __future__ import annotations

import time
from pathlib import Path

import polars as pl
import pytest

from pipeline.declarations.problems import InputError
from pipeline.knowledge import effect_studies_table
from pipeline.knowledge.effect_studies import EFFECT_STUDIES_FILE
from pipeline.knowledge.effect_study_columns import NEEDED_BY_STATISTIC, STATISTICS_BY_DESIGN
from pipeline.knowledge.synthetic_effect_studies import SYNTHETIC_TARGET_GROUPS, draw_effect_studies

CHILD_DEFINITIONS = [
    "anxiety_depression",
    "attention_disorders",
    "psychiatric_admission",
    "psychiatric_outpatient",
    "practising_psychologist_psychiatrist",
    "foster_care",
    "institution",
    "preventive_measures",
    "violence_sexual_abuse",
]
ADULTS = [
    "homeless",
    "alcohol_misuse",
    "drug_misuse_substitution",
    "drug_misuse_no_substitution_18_25",
    "drug_misuse_no_substitution_26_64",
    "psychiatric_hospital_contact",
    "psychiatric_practising_contact",
    "moderate_mental_disorder",
    "severe_mental_disorder",
    "alcohol_and_hospital_contact",
    "alcohol_and_practising_contact",
    "alcohol_and_moderate_disorder",
    "alcohol_and_severe_disorder",
    "drug_and_hospital_contact",
    "drug_and_practising_contact",
    "drug_and_moderate_disorder",
    "drug_and_severe_disorder",
    "women_exposed_to_violence",
    "aftercare_in_education",
    "aftercare_not_in_education",
    "adhd",
    "autism",
    "intellectual_disability",
    "acquired_brain_injury",
]
LITERATURE_ONLY = ["sexual_abuse_sequelae", "stuttering", "mobility_aids"]
ALL_GROUPS = [
    "mental_difficulties_0_5",
    "crime_threatened_12_17",
    *(f"{key}_{band}" for key in CHILD_DEFINITIONS for band in ("6_13", "14_17")),
    *ADULTS,
    *LITERATURE_ONLY,
]


@pytest.fixture(scope="module")
def studies():
    return effect_studies_table(target_groups=ALL_GROUPS)


def test_every_target_group_has_studies_the_literature_only_ones_too(studies):
    assert len(ALL_GROUPS) == 47
    assert set(studies["target_group"]) == set(ALL_GROUPS) == set(SYNTHETIC_TARGET_GROUPS)
    assert len(studies) >= 300


def test_every_row_says_that_it_is_synthetic(studies):
    assert studies["is_synthetic"].all()
    assert studies["reference"].str.starts_with("SYNTETISK RÆKKE").all()
    assert studies["intervention"].str.starts_with("Opdigtet indsats").all()
    assert studies["effect_measure"].str.starts_with("Opdigtet mål").all()
    assert studies["notes_da"].str.contains("intet studie").all()


def test_the_committed_file_is_the_seeded_draw():
    committed = pl.read_csv(EFFECT_STUDIES_FILE, infer_schema=False)
    assert committed.equals(draw_effect_studies())


def test_every_kind_of_study_and_statistic_occurs(studies):
    raw = pl.read_csv(EFFECT_STUDIES_FILE, infer_schema=False)
    assert set(raw["statistic"]) == set(NEEDED_BY_STATISTIC)
    assert set(studies["design"]) == set(STATISTICS_BY_DESIGN)
    assert set(studies["quality"]) == {"Lav", "Mellem", "Høj"}
    assert set(studies["intervention_type"]) == {"social", "psychosocial", "employment"}
    assert set(studies["direction"]) == {"higher_is_better", "lower_is_better"}


def test_scandinavian_is_told_by_country(studies):
    scandinavian = set(studies.filter("is_scandinavian")["country"])
    assert scandinavian == {"Danmark", "Norge", "Sverige"}
    assert {"Finland", "USA"} <= set(studies.filter(~pl.col("is_scandinavian"))["country"])


def test_effect_sizes_are_finite_with_positive_errors(studies):
    assert studies["effect_size"].is_finite().all()
    assert (studies["effect_size_standard_error"] > 0).all()
    assert studies["is_significant"].mean() not in (0, 1)


def write(tmp_path: Path, frame: pl.DataFrame) -> Path:
    frame.write_csv(tmp_path / "effect_studies.csv")
    return tmp_path / "effect_studies.csv"


def test_one_row_of_each_statistic_by_hand(tmp_path):
    drawn = draw_effect_studies(1).head(1)
    empty = {name: None for column in NEEDED_BY_STATISTIC.values() for name in column}
    groups = {"n_intervention": "50", "n_control": "50"}
    rows = {
        "means": {
            "mean_intervention": "103",
            "mean_control": "100",
            "sd_intervention": "5.5",
            "sd_control": "4.5",
        },
        "t": {"value": "2.9851115706299676"},  # 0.5970223… ÷ √(100/2500)
        "odds_ratio": {"value": "2.476635", "standard_error": "0.26"},
        "g": {"value": "-0.25", "standard_error": "0.2"},
    }
    frame = pl.concat(
        drawn.with_columns(
            *(pl.lit(v, pl.String).alias(k) for k, v in (empty | groups | values).items()),
            statistic=pl.lit(name),
            design=pl.lit("rct"),
            effect_study=pl.lit(name),
        )
        for name, values in rows.items()
    )
    found = effect_studies_table(write(tmp_path, frame))
    sizes = dict(found.select("effect_study", "effect_size").rows())
    assert sizes == pytest.approx({"means": 0.59244, "t": 0.59244, "odds_ratio": 0.5, "g": -0.25}, abs=1e-4)
    significant = dict(found.select("effect_study", "is_significant").rows())
    assert significant == {"means": True, "t": True, "odds_ratio": True, "g": False}


def test_twenty_thousand_rows_are_imported_with_ease(tmp_path):
    drawn = draw_effect_studies(4)
    copies = -(-20_000 // len(drawn))
    many = (
        pl.concat([drawn] * copies)
        .with_row_index("row")
        .with_columns(effect_study=pl.format("synthetic_{}", "row"))
    )
    path = write(tmp_path, many.drop("row"))
    start = time.perf_counter()
    table = effect_studies_table(path, ALL_GROUPS)
    seconds = time.perf_counter() - start
    assert len(table) >= 20_000
    assert table["effect_study"].to_list() == many["effect_study"].to_list()
    assert seconds < 5  # takes about 0.2 s; a loop over rows takes minutes


def spoil(column: str, value: str | None, statistic: str | None = None, design: str | None = None):
    """Set a column of the first row of a statistic (or design) to a bad value."""
    frame = draw_effect_studies()
    is_row = pl.lit(value=True)
    if statistic:
        is_row = pl.col("statistic") == statistic
    if design:
        is_row = is_row & (pl.col("design") == design)
    first = frame.with_row_index("row").filter(is_row)["row"][0]
    changed = pl.when(pl.int_range(pl.len()) == first).then(pl.lit(value, pl.String)).otherwise(column)
    return frame.with_columns(changed.alias(column))


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (spoil("target_group", "homeles"), "did you mean 'homeless'"),
        (spoil("design", "rtc"), "did you mean 'rct'"),
        (spoil("quality", "Hoj"), "did you mean 'Høj'"),
        (spoil("statistic", "odds_ration"), "did you mean 'odds_ratio'"),
        (spoil("intervention_type", "psykosocial"), "did you mean 'psychosocial'"),
        (spoil("reference", " "), "a value for reference in every row"),
        (spoil("is_synthetic", "maybe"), "true or false"),
        (spoil("effect_study", "synthetic_00376"), "every key once"),
        (spoil("sd_control", "0", "means"), "above 0"),
        (spoil("sd_control", None, "means"), "a value where the statistic is 'means'"),
        (spoil("correlation", "1", "before_after"), "between -1 and 1"),
        (spoil("value", "-2", "odds_ratio"), "an odds ratio above 0"),
        (spoil("value", "-2", "f"), "an F of 0 or more"),
        (spoil("value", "1.2", "p"), "a p above 0, at most 1"),
        (spoil("value", "1.2", "correlation"), "a correlation between -1 and 1"),
        (spoil("value", "inf", "t"), "a finite number"),
        (spoil("value", "0,25", "d"), "digits with a point before decimals"),
        (spoil("difference_sign", "0", "f"), "-1 or 1"),
        (spoil("share_control", "30", "proportions"), "a share between 0 and 1"),
        (spoil("n_control", "1", "t"), "at least 2 persons"),
        (spoil("n_control", None, "odds_ratio", "rct"), "a number with a control group"),
        (spoil("n_control", "40", "before_after", "before_after"), "empty in a before-after study"),
        (
            spoil("statistic", "means", "g", "meta_analysis"),
            "with design 'meta_analysis' one of odds_ratio, g",
        ),
        (spoil("time_horizon_months", "-3"), "0 or more"),
        (draw_effect_studies().rename({"country": "contry"}), "did you mean 'country'"),
        (draw_effect_studies().drop("quality"), "no column 'quality'"),
        (draw_effect_studies().clear(), "no rows"),
    ],
)
def test_a_mistake_is_told_with_what_to_do(tmp_path, frame, said):
    with pytest.raises(InputError) as caught:
        effect_studies_table(write(tmp_path, frame), ALL_GROUPS)
    assert said in str(caught.value)


def test_all_mistakes_come_at_once(tmp_path):
    frame = draw_effect_studies().with_columns(quality=pl.lit("God"), country=pl.lit(None, pl.String))
    with pytest.raises(InputError) as caught:
        effect_studies_table(write(tmp_path, frame), [key for key in ALL_GROUPS if key != "stuttering"])
    told = str(caught.value)
    assert len(caught.value.problems) == 3
    assert "376 rows" in told
    assert "stuttering" in told


def test_a_missing_or_broken_file_is_told(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        effect_studies_table(tmp_path / "effect_studies.csv")
    (tmp_path / "effect_studies.csv").write_bytes(b"a,b\n\xff\xfe,1\n")
    with pytest.raises(InputError, match="UTF-8|did you mean|no column"):
        effect_studies_table(tmp_path / "effect_studies.csv")
