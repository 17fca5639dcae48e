"""The tables of a release that say where its numbers come from: no calculation needs them.

Belongs here: one model an audit table. Does not belong here: the numbers themselves (`release_tables`). Facts that
many numbers share are told once: a passport refers to its target group and consequence, and those to their sources.
"""

from __future__ import annotations

from schemas.tables import Table, define_table

_CELL = {"target_group": "target_groups", "consequence": "consequences"}

AUDIT_TABLES: tuple[Table, ...] = (
    define_table(
        "passports",
        is_release=True,
        is_audit=True,
        da="Et tals pas: navnet, hvad tallet er, og om det må vises",
        en="The passport of a number: its name, what it is and whether it may be shown",
        key="number_id",
        columns="""number_id number_kind target_group? consequence relative_year? payer? price_year? valid_from?
        event_table? disclosure n_registers n_corrections""",
        references=_CELL,
    ),
    define_table(
        "passport_sources",
        is_release=True,
        is_audit=True,
        da="En kilde bag alle tal for en målgruppe eller en konsekvens: register, deklaration, hændelsestabel",
        en="A source behind all numbers of a target group or a consequence: register, declaration, event table",
        key="subject_kind subject source_kind source",
        columns="subject_kind subject source_kind source",
    ),
    define_table(
        "coverage",
        is_release=True,
        is_audit=True,
        da="Om en hændelsestabel dækker et helt kalenderår",
        en="Whether an event table covers a full calendar year",
        key="event_table attribute_value year municipality_code",
        columns="event_table attribute_value? year municipality_code? is_covered reason?",
    ),
    define_table(
        "price_figures",
        is_release=True,
        is_audit=True,
        da="Et regnskabs- eller aktivitetstal, som en pris er udledt af",
        en="An account or activity figure that a price is derived from",
        key="consequence target_group figure",
        columns="""consequence target_group? figure figure_kind figure_name konto? value figure_unit figure_year
        value_in_price_year basis source""",
        references=_CELL,
    ),
    define_table(
        "corrections",
        is_release=True,
        is_audit=True,
        da="En erklæret rettelse af en kendt fejl i et register",
        en="A declared correction of a known error in a register",
        key="correction",
        columns="""correction register affects action reason_da reason_en reported_to declared_date
        n_rows_expected_from n_rows_expected_to n_rows_corrected?""",
    ),
    define_table(
        "declaration_history",
        is_release=True,
        is_audit=True,
        da="En ændring af en deklaration, så vidt den kendes",
        en="A change of a declaration, as far as it is known",
        key="declaration change_number",
        columns="declaration change_number code_commit change_date change",
    ),
    define_table(
        "changes",
        is_release=True,
        is_audit=True,
        da="Hvad én årsag har flyttet et tal siden forrige udgivelse",
        en="What one cause moved a number since the release before",
        key="number_id measure link",
        columns="""number_id measure link cause number_kind target_group? consequence? relative_year? value_before?
        value_after? value_change? standard_error_before?""",
    ),
)
"""Every audit table, those it refers to before it."""
