"""The causes a number may have changed for, in the order they are told apart, and which declarations belong to each.

Belongs here: the order and the division of the declarations. Does not belong here: undoing a cause
(`mix_declarations`) or how much it did (`attribute`). The order is part of the definition: what a cause did is measured
with all causes before it done and all after it undone.
"""

from __future__ import annotations

from fnmatch import fnmatch

CODE = "code"
REGISTER_DATA = "register_data"
CONSEQUENCE_DEFINITION = "consequence_definition"
COHORT_DEFINITION = "cohort_definition"
SUCCESS_CRITERION = "success_criterion"
COVARIATES = "covariates"
FILTER_AND_TAPER = "filter_and_taper"
PRICES = "prices"
INDEX_AND_DISCOUNTING = "index_and_discounting"
REIMBURSEMENT = "reimbursement"
OTHER_KNOWLEDGE = "other_knowledge"

CAUSES = (
    CODE,
    REGISTER_DATA,
    CONSEQUENCE_DEFINITION,
    COHORT_DEFINITION,
    SUCCESS_CRITERION,
    COVARIATES,
    FILTER_AND_TAPER,
    PRICES,
    INDEX_AND_DISCOUNTING,
    REIMBURSEMENT,
    OTHER_KNOWLEDGE,
)
"""Every cause, the first one first."""

ENGINE = "engine"
"""Before all causes, of a calculation only: the engine of the new release on the numbers of the old one."""

SCOPE = "scope"
"""In place of a cause: what the number is of is not in both releases, so that nothing moved it."""

UNEXPLAINED = "unexplained"
"""In place of a cause: a number moved although nothing it can depend on differs."""

DECLARED_KINDS = ("price", "rate", "study")
"""Kinds of number that are there because somebody declared them."""

KNOWLEDGE_ONLY = frozenset({PRICES, REIMBURSEMENT, OTHER_KNOWLEDGE})
"""Causes that move no estimate, no profile and no count; the index does, where a consequence is in kr."""

JOINT = "+"
"""Between the names of causes that could not be told apart."""

CAUSE_OF_METHOD = {
    "first_year": REGISTER_DATA,
    "last_year": REGISTER_DATA,
    "first_base_year": REGISTER_DATA,
    "last_base_year": REGISTER_DATA,
    "look_back_years": COHORT_DEFINITION,
    "relative_years": FILTER_AND_TAPER,
    "profile_years": FILTER_AND_TAPER,
    "price_year": INDEX_AND_DISCOUNTING,
    "age_rule": COHORT_DEFINITION,
    "residence_rule": COHORT_DEFINITION,
    "assessable_rule": COHORT_DEFINITION,
    "pension_ages": CONSEQUENCE_DEFINITION,
    "max_contacts": SUCCESS_CRITERION,
    "covariate_set": COVARIATES,
    "inference": COVARIATES,
    "confidence_level": COVARIATES,
    "significance_level": FILTER_AND_TAPER,
    "min_persons_per_arm": FILTER_AND_TAPER,
    "min_users_per_arm": FILTER_AND_TAPER,
    "min_published_count": FILTER_AND_TAPER,
    "taper": FILTER_AND_TAPER,
    "views": FILTER_AND_TAPER,
    "lpr3_inpatient_hours": CONSEQUENCE_DEFINITION,
    "course_gap_days": CONSEQUENCE_DEFINITION,
    "school_weeks": CONSEQUENCE_DEFINITION,
    "special_support_hours": CONSEQUENCE_DEFINITION,
}
"""The cause each key of method.toml belongs to, also where a target group has a value of its own."""

CAUSE_OF_GROUP = {
    "kind": COHORT_DEFINITION,
    "area": COHORT_DEFINITION,
    "entry": COHORT_DEFINITION,
    "union_of": COHORT_DEFINITION,
    "age_bands": COHORT_DEFINITION,
    "membership": COHORT_DEFINITION,
    "success": SUCCESS_CRITERION,
}
"""The keys of a target group's file that numbers depend on; texts are no cause."""

CAUSE_OF_FILE = {
    "registers/*.toml": REGISTER_DATA,
    "corrections.toml": REGISTER_DATA,
    "consequences/*.toml": CONSEQUENCE_DEFINITION,
    "covariates.toml": COVARIATES,
    "prices/unit_prices.toml": PRICES,
    "prices/figures.csv": PRICES,
    "prices/price_index.toml": INDEX_AND_DISCOUNTING,
    "discount_rates.toml": INDEX_AND_DISCOUNTING,
    "parameters.toml": INDEX_AND_DISCOUNTING,
    "prices/reimbursement_rules.toml": REIMBURSEMENT,
    "effect_studies.csv": OTHER_KNOWLEDGE,
}

DIVIDED = ("method.toml", "target_groups/*.toml")
"""Files whose keys belong to several causes."""

WITHOUT_NUMBERS = ("words.toml", "coverage_waivers.toml")
"""Files that no number depends on."""


def find_cause(file: str) -> str | None:
    """Return the cause a declaration file belongs to; None for one that is divided or that no number depends on.

    Parameters
    ----------
    file : str
        Path below the declarations.
    """
    return next((cause for pattern, cause in CAUSE_OF_FILE.items() if fnmatch(file, pattern)), None)
