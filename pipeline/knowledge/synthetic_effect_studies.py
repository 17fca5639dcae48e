"""Drawing a synthetic table of effect studies: every row is invented and says so.

Belongs here: the seeded draw behind `pipeline/declarations/effect_studies.csv`. Does not belong here: anything
found in a real study. Run `python -m pipeline.knowledge.synthetic_effect_studies` to write the file again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from pipeline.knowledge.effect_studies import EFFECT_STUDIES_FILE
from pipeline.knowledge.effect_study_columns import INPUT_COLUMNS, STATISTICS_BY_DESIGN

SEED = 20260101
ROWS_A_GROUP = 8
_COUNTRIES = (
    "Danmark",
    "Norge",
    "Sverige",
    "Australien",
    "Canada",
    "Finland",
    "Nederlandene",
    "Storbritannien",
    "Tyskland",
    "USA",
)
_QUALITIES = {
    "rct": ("Mellem", "Høj"),
    "control_group": ("Lav", "Mellem"),
    "before_after": ("Lav",),
    "meta_analysis": ("Mellem", "Høj"),
}
_HORIZONS = (0, 3, 6, 12, 18, 24, 36)
_TRAIT_SLOPE = np.pi / np.sqrt(3)


@dataclass(frozen=True)
class Theme:
    """Target groups that share invented interventions (with type) and measures (with direction)."""

    target_groups: tuple[str, ...]
    interventions: tuple[tuple[str, str], ...]
    measures: tuple[tuple[str, str], ...]


_CHILD_MIND = (
    "anxiety_depression",
    "attention_disorders",
    "psychiatric_admission",
    "psychiatric_outpatient",
    "practising_psychologist_psychiatrist",
    "violence_sexual_abuse",
)
_CHILD_CARE = ("foster_care", "institution", "preventive_measures")
_DUAL = tuple(
    f"{misuse}_and_{mind}"
    for misuse in ("alcohol", "drug")
    for mind in ("hospital_contact", "practising_contact", "moderate_disorder", "severe_disorder")
)
_BETTER, _WORSE = "higher_is_better", "lower_is_better"

THEMES = (
    Theme(
        ("mental_difficulties_0_5", *(f"{key}_{band}" for key in _CHILD_MIND for band in ("6_13", "14_17"))),
        (
            ("gruppeforløb for børn", "psychosocial"),
            ("forældreforløb", "psychosocial"),
            ("støtte i skolen", "social"),
        ),
        (("trivsel", _BETTER), ("angstsymptomer", _WORSE), ("koncentration", _BETTER)),
    ),
    Theme(
        ("crime_threatened_12_17", *(f"{key}_{band}" for key in _CHILD_CARE for band in ("6_13", "14_17"))),
        (
            ("familierettet forløb", "social"),
            ("mentor", "social"),
            ("træning af plejeforældre", "psychosocial"),
        ),
        (("adfærdsvanskeligheder", _WORSE), ("skolefravær", _WORSE), ("trivsel", _BETTER)),
    ),
    Theme(
        (
            "alcohol_misuse",
            "drug_misuse_substitution",
            "drug_misuse_no_substitution_18_25",
            "drug_misuse_no_substitution_26_64",
            *_DUAL,
        ),
        (
            ("ambulant behandlingsforløb", "psychosocial"),
            ("opsøgende støtte", "social"),
            ("jobtræning", "employment"),
        ),
        (("dage med misbrug", _WORSE), ("gennemført behandling", _BETTER), ("livskvalitet", _BETTER)),
    ),
    Theme(
        (
            "psychiatric_hospital_contact",
            "psychiatric_practising_contact",
            "moderate_mental_disorder",
            "severe_mental_disorder",
            "women_exposed_to_violence",
            "sexual_abuse_sequelae",
        ),
        (
            ("samtaleforløb", "psychosocial"),
            ("individuelt job med støtte", "employment"),
            ("bostøtte", "social"),
        ),
        (("symptomer", _WORSE), ("funktionsevne", _BETTER), ("livskvalitet", _BETTER)),
    ),
    Theme(
        ("homeless", "aftercare_in_education", "aftercare_not_in_education"),
        (
            ("koordineret støtte i egen bolig", "social"),
            ("kontaktperson", "social"),
            ("mentor", "employment"),
        ),
        (("dage uden bolig", _WORSE), ("stabil bolig", _BETTER), ("beskæftigelse", _BETTER)),
    ),
    Theme(
        ("adhd", "autism", "intellectual_disability", "acquired_brain_injury", "mobility_aids", "stuttering"),
        (
            ("færdighedstræning", "psychosocial"),
            ("støtte på arbejdspladsen", "employment"),
            ("vejledning", "social"),
        ),
        (("beskæftigelse", _BETTER), ("selvstændighed i hverdagen", _BETTER), ("belastning", _WORSE)),
    ),
)
SYNTHETIC_TARGET_GROUPS = tuple(key for theme in THEMES for key in theme.target_groups)


def draw_effect_studies(
    rows_a_group: int = ROWS_A_GROUP, seed: int = SEED, themes: Sequence[Theme] = THEMES
) -> pl.DataFrame:
    """Draw invented studies for every target group.

    Parameters
    ----------
    rows_a_group : int
        Estimates for each target group.
    seed : int
        The same seed draws the same table.
    themes : sequence of Theme
        Target groups with their invented interventions and measures.

    Returns
    -------
    polars.DataFrame
        The columns an effect-study file has; `is_synthetic` is true in every row.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for theme in themes:
        for group in theme.target_groups:
            rows += [_draw_row(rng, theme, group) for _ in range(rows_a_group)]
    for number, row in enumerate(rows, 1):
        row["effect_study"] = f"synthetic_{number:05d}"
        row["reference"] = f"SYNTETISK RÆKKE {number:05d}: opdigtet, ingen publikation"
    schema = dict.fromkeys(INPUT_COLUMNS, pl.String)
    return pl.DataFrame([{name: row.get(name) for name in INPUT_COLUMNS} for row in rows], schema=schema)


def _draw_row(rng: np.random.Generator, theme: Theme, group: str) -> dict[str, str]:
    design = str(
        rng.choice(["rct", "control_group", "before_after", "meta_analysis"], p=[0.4, 0.3, 0.2, 0.1])
    )
    statistic = str(rng.choice(STATISTICS_BY_DESIGN[design]))
    intervention, kind = theme.interventions[rng.integers(len(theme.interventions))]
    measure, direction = theme.measures[rng.integers(len(theme.measures))]
    n1, n2 = (int(n) for n in rng.integers(20, 400, size=2))
    effect = rng.normal(0.25, 0.25) * (1 if direction == _BETTER else -1)
    reported = _report(rng, statistic, effect, n1, n2)
    if design in ("rct", "control_group"):
        reported |= {"n_intervention": str(n1), "n_control": str(n2)}
    elif design == "before_after":
        reported |= {"n_intervention": str(n1)}
    return reported | {
        "target_group": group,
        "intervention": f"Opdigtet indsats: {intervention}",
        "intervention_type": kind,
        "country": str(rng.choice(_COUNTRIES)),
        "effect_measure": f"Opdigtet mål: {measure}",
        "direction": direction,
        "design": design,
        "statistic": statistic,
        "quality": str(rng.choice(_QUALITIES[design])),
        "time_horizon_months": str(rng.choice(_HORIZONS)),
        "is_synthetic": "true",
        "notes_da": "Syntetisk række til afprøvning; der ligger intet studie bag.",
        "notes_en": "Synthetic row for testing; no study lies behind it.",
    }


def _report(rng: np.random.Generator, statistic: str, effect: float, n1: int, n2: int) -> dict[str, str]:
    """Report an effect as the statistic a study would give, rounded as in print."""
    error = np.sqrt((n1 + n2) / (n1 * n2))
    t = effect / error
    sign = "1" if effect >= 0 else "-1"
    reports: Mapping[str, Mapping[str, float | str]] = {
        "means": _report_means(rng, effect),
        "before_after": {
            "mean_intervention": 50 + 10 * effect,
            "mean_control": 50.0,
            "sd_difference": 9.0,
            "correlation": 0.6,
        },
        "t": {"value": t},
        "f": {"value": t**2, "difference_sign": sign},
        "p": {"value": max(2 * _upper_tail(abs(t)), 0.0001), "difference_sign": sign},
        "odds_ratio": {"value": np.exp(effect * _TRAIT_SLOPE), "standard_error": error * _TRAIT_SLOPE},
        "proportions": _report_shares(effect),
        "correlation": {"value": effect / np.sqrt(effect**2 + 4)},
        "d": {"value": effect},
        "g": {"value": effect, "standard_error": error},
    }
    return {
        name: value if isinstance(value, str) else f"{value:.4f}"
        for name, value in reports[statistic].items()
    }


def _report_means(rng: np.random.Generator, effect: float) -> dict[str, float]:
    deviation = float(rng.uniform(4, 12))
    return {
        "mean_intervention": 50 + deviation * effect,
        "mean_control": 50.0,
        "sd_intervention": deviation * 1.05,
        "sd_control": deviation * 0.95,
    }


def _report_shares(effect: float) -> dict[str, float]:
    odds = 0.3 / 0.7
    raised = odds * np.exp(effect * _TRAIT_SLOPE)
    return {"share_intervention": raised / (1 + raised), "share_control": 0.3}


def _upper_tail(z: float) -> float:
    """Return the upper tail of the normal distribution by its logistic approximation (good to 0.01)."""
    return float(1 / (1 + np.exp(1.5976 * z + 0.07056 * z**3)))


if __name__ == "__main__":
    draw_effect_studies().write_csv(EFFECT_STUDIES_FILE)
