"""The file of effect studies: its columns, closed words, and what each kind of reported statistic needs.

Belongs here: the vocabulary of `effect_studies.csv`. Does not belong here: reading it (`effect_studies`) and the
conversions (`effect_sizes`).
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

TEXT_COLUMNS = (
    "effect_study",
    "target_group",
    "intervention",
    "intervention_type",
    "country",
    "effect_measure",
    "direction",
    "design",
    "statistic",
    "quality",
    "reference",
    "notes_da",
    "notes_en",
)
COUNT_COLUMNS = ("n_intervention", "n_control", "difference_sign")
NUMBER_COLUMNS = (
    "mean_intervention",
    "mean_control",
    "sd_intervention",
    "sd_control",
    "sd_difference",
    "correlation",
    "share_intervention",
    "share_control",
    "value",
    "standard_error",
    "time_horizon_months",
)
FLAG_COLUMNS = ("is_synthetic",)
INPUT_COLUMNS = (*TEXT_COLUMNS, *COUNT_COLUMNS, *NUMBER_COLUMNS, *FLAG_COLUMNS)
REQUIRED_COLUMNS = tuple(name for name in TEXT_COLUMNS if not name.startswith("notes_")) + FLAG_COLUMNS

INTERVENTION_TYPES = ("social", "psychosocial", "employment")
DESIGNS = ("rct", "control_group", "before_after", "meta_analysis")
TWO_GROUP_DESIGNS = ("rct", "control_group")
DIRECTIONS = ("higher_is_better", "lower_is_better")
QUALITIES = ("Lav", "Mellem", "Høj")
SCANDINAVIAN_COUNTRIES = ("Danmark", "Norge", "Sverige")
CLOSED_WORDS: Mapping[str, tuple[str, ...]] = {
    "intervention_type": INTERVENTION_TYPES,
    "design": DESIGNS,
    "direction": DIRECTIONS,
    "quality": QUALITIES,
}

_GROUPS = ("n_intervention", "n_control")
# In a before-after study mean_intervention is the mean after, mean_control the mean before.
NEEDED_BY_STATISTIC: Mapping[str, tuple[str, ...]] = {
    "means": ("mean_intervention", "mean_control", "sd_intervention", "sd_control", *_GROUPS),
    "before_after": ("mean_intervention", "mean_control", "sd_difference", "correlation", "n_intervention"),
    "t": ("value", *_GROUPS),
    "f": ("value", "difference_sign", *_GROUPS),
    "p": ("value", "difference_sign", *_GROUPS),
    "odds_ratio": ("value", "standard_error"),
    "proportions": ("share_intervention", "share_control", *_GROUPS),
    "correlation": ("value", *_GROUPS),
    "d": ("value", *_GROUPS),
    "g": ("value", "standard_error"),
}
STATISTICS_BY_DESIGN: Mapping[str, tuple[str, ...]] = {
    "rct": ("means", "t", "f", "p", "odds_ratio", "proportions", "correlation", "d", "g"),
    "control_group": ("means", "t", "f", "p", "odds_ratio", "proportions", "correlation", "d", "g"),
    "before_after": ("before_after", "g"),
    "meta_analysis": ("odds_ratio", "g"),
}

RELEASE_SCHEMA: Mapping[str, pl.DataType] = {
    "effect_study": pl.String(),
    "target_group": pl.String(),
    "intervention": pl.String(),
    "intervention_type": pl.String(),
    "country": pl.String(),
    "is_scandinavian": pl.Boolean(),
    "effect_measure": pl.String(),
    "direction": pl.String(),
    "design": pl.String(),
    "n_intervention": pl.Int64(),
    "n_control": pl.Int64(),
    "effect_size": pl.Float64(),
    "effect_size_standard_error": pl.Float64(),
    "is_significant": pl.Boolean(),
    "time_horizon_months": pl.Float64(),
    "quality": pl.String(),
    "reference": pl.String(),
    "is_synthetic": pl.Boolean(),
    "notes_da": pl.String(),
    "notes_en": pl.String(),
}
