"""The tables of a release: the contract with everyone downstream.

Belongs here: one model a published table. Does not belong here: what a column is (`columns.toml`), tables that say
where numbers come from (`audit_tables`) or that never leave the pipeline (`intermediate_tables`). `name?` may be null,
`name??` may also be absent (see `tables`).
"""

from __future__ import annotations

from schemas.audit_tables import AUDIT_TABLES
from schemas.tables import Table, define_table

CONTRACT = 1
"""The contract this code writes: names, types, units and keys of the tables below."""

_GROUP = {"target_group": "target_groups"}
_CELL = {"target_group": "target_groups", "consequence": "consequences"}

_MODELS = (
    define_table(
        "target_groups",
        is_release=True,
        da="En målgruppe: hvem den er, og hvornår det er gået godt",
        en="A target group: who they are, and what counts as success",
        key="target_group",
        columns="""target_group name_da name_en area age_from? age_to? kind entry? basis_membership?
        basis_success? membership_da? membership_en? success_da? success_en? membership_sql? success_sql?
        union_of? limitations_da? limitations_en? n_persons? n_person_years? n_success? n_others?
        definition_hash? source population reason_membership?? reason_success?? base_year_first??
        base_year_last?? area_name_da?? area_name_en??""",
    ),
    define_table(
        "target_group_characteristics",
        is_release=True,
        da="Et kendetegn ved en målgruppe i år 0",
        en="A characteristic of a target group in year 0",
        key="target_group characteristic category",
        columns="""target_group characteristic category share? n_persons? mean? n_person_years??
        name_da?? name_en??""",
        references=_GROUP,
    ),
    define_table(
        "attrition",
        is_release=True,
        da="Et trin i frafaldet fra alle personer i registrene til estimationen",
        en="A step of the attrition from all persons in the registers to the estimation",
        key="target_group step reason relative_year event_table",
        columns="""target_group step reason n_persons? n_person_years? relative_year?? event_table??
        description_da?? description_en??""",
        references=_GROUP,
    ),
    define_table(
        "consequences",
        is_release=True,
        da="En konsekvens: en ydelse eller betaling, hvis forbrug følges",
        en="A consequence: a service or payment whose use is followed",
        key="consequence",
        columns="""consequence name_da name_en area unit_da unit_en population age_from? age_to? budget_sign
        register source area_name_da?? area_name_en?? notes_da?? notes_en?? basis??""",
    ),
    define_table(
        "not_measured",
        is_release=True,
        da="En ydelse, der ikke kan måles, og hvorfor",
        en="A service that cannot be measured, and why",
        key="service",
        columns="service name_da name_en reason_da reason_en source population??",
    ),
    define_table(
        "estimates",
        is_release=True,
        da="Forskellen mellem succesgruppen og andre i en målgruppes forbrug af en konsekvens i et år",
        en="The difference between success group and others in a group's use of a consequence in a year",
        key="target_group consequence relative_year",
        columns="""target_group consequence relative_year covariate_set n_success? n_others?
        n_persons_success? n_persons_others? n_users_success? n_users_others? share_observed_success?
        share_observed_others? base_year_first? base_year_last? mean_success? mean_others? raw_difference?
        adjustment? adjusted_difference? standard_error? ci_low? ci_high? p_value? q_value? is_significant?
        in_success_rule status reason?""",
        references=_CELL,
    ),
    define_table(
        "adjustment_by_covariate",
        is_release=True,
        da="En kovariats del af justeringen af et estimat",
        en="A covariate's part of the adjustment of an estimate",
        key="target_group consequence relative_year covariate",
        columns="target_group consequence relative_year covariate adjustment",
        references=_CELL,
    ),
    define_table(
        "estimate_covariance",
        is_release=True,
        da="Kovarianserne mellem et estimat og målgruppens tidligere estimater",
        en="The covariances of an estimate with the earlier estimates of its target group",
        key="target_group consequence relative_year",
        columns="target_group consequence relative_year position covariances",
        references=_CELL,
    ),
    define_table(
        "profiles",
        is_release=True,
        da="Den justerede forskel i et år, som en visning viser den, til profilens slutning",
        en="The adjusted difference in a year as a view shows it, to the profile's end",
        key="target_group consequence relative_year view",
        columns="target_group consequence relative_year view value? standard_error? status",
        references=_CELL,
    ),
    define_table(
        "profile_weights",
        is_release=True,
        da="Den vægt, et estimat har i en profils værdi",
        en="The weight an estimate has in a profile's value",
        key="target_group consequence view relative_year from_relative_year",
        columns="target_group consequence view relative_year from_relative_year weight",
        references=_CELL,
    ),
    define_table(
        "diagnostics",
        is_release=True,
        da="Et mål for, hvor meget en målgruppes tal kan bære",
        en="A measure of how much a target group's numbers can bear",
        key="target_group measure consequence relative_year covariate_set category",
        columns="""target_group measure consequence? relative_year? value? verdict? covariate_set?? category??
        standard_error?? p_value?? n_persons?? notes_da?? notes_en??""",
        references=_CELL,
    ),
    define_table(
        "unit_prices",
        is_release=True,
        da="Hvad en enhed af en konsekvens koster en betaler efter refusion",
        en="What a unit of a consequence costs a payer after reimbursement",
        key="consequence payer target_group price_year valid_from",
        columns="""consequence payer target_group? price_year price_dkk gross_dkk method rule basis source
        valid_from valid_to? derivation??""",
        references=_CELL,
    ),
    define_table(
        "price_index",
        is_release=True,
        da="Prisindekset i et år",
        en="The price index of a year",
        key="year",
        columns="year index source basis??",
    ),
    define_table(
        "discount_rates",
        is_release=True,
        da="Diskonteringsrenten for en del af horisonten",
        en="The discount rate of a part of the horizon",
        key="valid_from horizon_from",
        columns="valid_from horizon_from horizon_to? rate source valid_to?? basis??",
    ),
    define_table(
        "parameters",
        is_release=True,
        da="En sats eller regel med enhed, kilde og gyldighed",
        en="A rate or rule with unit, source and validity",
        key="parameter valid_from",
        columns="""parameter value unit valid_from valid_to? source basis?? name_da?? name_en??
        notes_da?? notes_en??""",
    ),
    define_table(
        "effect_studies",
        is_release=True,
        da="Et estimat fra effektlitteraturen",
        en="An estimate from the effect literature",
        key="effect_study",
        columns="""effect_study target_group intervention intervention_type country is_scandinavian
        effect_measure direction design n_intervention? n_control? effect_size effect_size_standard_error
        is_significant time_horizon_months? quality reference is_synthetic notes_da?? notes_en??""",
        references=_GROUP,
    ),
    *AUDIT_TABLES,
    define_table(
        "release",
        is_release=True,
        da="Udgivelsen selv: én række",
        en="The release itself: one row",
        key="version",
        columns="""version contract registers year_first year_last price_year code_commit data_version
        caveat_da caveat_en significance_level last_year_followed last_year_of_profile""",
    ),
)

RELEASE_TABLES: dict[str, Table] = {model.name: model for model in _MODELS}
"""Every published table by name, those it refers to before it."""

MADE_AT_PUBLICATION = ("declaration_history", "changes", "release")
"""The tables that are made when a release is assembled."""

REQUIRED_TABLES: tuple[str, ...] = tuple(name for name in RELEASE_TABLES if name not in MADE_AT_PUBLICATION)
"""The tables the flow must hand over for a release."""
