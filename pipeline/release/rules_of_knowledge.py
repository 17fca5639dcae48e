"""Gate rules on prices, texts, references, small counts and the release's own row.

Belongs here: rules on the other tables, those generated from the models included. Does not belong here:
rules on estimates and profiles.
"""

from __future__ import annotations

from pipeline.release.rules import FEWEST, Rule
from schemas.release_tables import RELEASE_TABLES

PRICE_RULES = (
    Rule(
        "prices_of_all_payers",
        "unit_prices",
        "Hver konsekvens har priser for kommune, region og stat i udgivelsens prisår",
        "Every consequence has prices for municipality, region and state in the release's price year",
        """SELECT EXISTS (
            SELECT 1 FROM unit_prices AS u WHERE u.consequence = c.consequence AND u.payer = y.payer
                AND u.target_group IS NULL AND u.price_year = r.price_year) AS holds
        FROM consequences AS c CROSS JOIN release AS r
        CROSS JOIN (VALUES ('municipality'), ('region'), ('state')) AS y (payer)""",
        needs_rows=True,
    ),
    Rule(
        "payers_add_up_to_gross",
        "unit_prices",
        "Kommune + region + stat = bruttopris, nøjagtigt, med alle tre betalere til stede",
        "Municipality + region + state = gross price, exactly, with all three payers present",
        """SELECT coalesce(count(DISTINCT payer) = 3 AND count(*) = 3 AND count(DISTINCT gross_dkk) = 1
            AND sum(CAST(price_dkk AS DECIMAL(28, 6))) = CAST(any_value(gross_dkk) AS DECIMAL(28, 6)), false)
            AS holds FROM unit_prices GROUP BY consequence, target_group, price_year, valid_from""",
    ),
    Rule(
        "price_kind_agrees_with_group",
        "unit_prices",
        "En pris med målgruppe er målgruppens gennemsnit, en uden er landsgennemsnittet",
        "A price with a target group is that group's average, one without is the national average",
        """SELECT (target_group IS NULL) = (method = 'national_average') AS holds FROM unit_prices""",
    ),
    Rule(
        "index_reaches_price_year",
        "price_index",
        "Prisindekset dækker alle registrenes år og prisåret",
        "The price index covers every year of the registers and the price year",
        """SELECT EXISTS (SELECT 1 FROM price_index AS i WHERE i.year = y.year) AS holds
        FROM (
            SELECT unnest(range(year_first::BIGINT, year_last::BIGINT + 1)) AS year FROM release
            UNION SELECT price_year FROM release
        ) AS y""",
        needs_rows=True,
    ),
    Rule(
        "discount_horizons_meet",
        "discount_rates",
        "Horisonterne begynder ved år 0 og følger hinanden uden hul eller overlap",
        "Horizons start at year 0 and follow each other without gap or overlap",
        """SELECT horizon_from = coalesce(lag(horizon_to) OVER dates, -1) + 1
            AND (horizon_to IS NOT NULL OR lead(horizon_from) OVER dates IS NULL) AS holds
        FROM discount_rates WINDOW dates AS (PARTITION BY valid_from ORDER BY horizon_from)""",
        needs_rows=True,
    ),
)
"""Rules on prices, index and discount rates."""

OTHER_RULES = (
    Rule(
        "one_release_row",
        "release",
        "Udgivelsen har én række, og opdigtede registre står i versionen",
        "The release has one row, and invented registers show in its version",
        """SELECT count(*) OVER () = 1 AND (registers = 'sample') = (version LIKE '%-sample') AS holds
        FROM release""",
        needs_rows=True,
    ),
    Rule(
        "groups_say_how_they_are_defined",
        "target_groups",
        "Hver estimeret målgruppe har definition og succes på dansk, engelsk og som SQL, med grundlag",
        "Every estimated group has membership and success in Danish, English and SQL, with their basis",
        """SELECT list_count([membership_da, membership_en, success_da, success_en, membership_sql,
        success_sql, basis_membership, basis_success, entry, definition_hash]) = 10
            AND (kind = 'union') = (union_of IS NOT NULL) AS holds
        FROM target_groups WHERE kind <> 'literature_only'""",
        needs_rows=True,
    ),
    Rule(
        "small_groups_show_no_shares",
        "target_group_characteristics",
        "Et kendetegn, hvis antal personer er tilbageholdt, har hverken andel eller gennemsnit",
        "A characteristic whose number of persons is withheld has neither share nor mean",
        """SELECT n_persons IS NOT NULL OR (share IS NULL AND mean IS NULL) AS holds
        FROM target_group_characteristics""",
    ),
)
"""Rules on groups and on the release itself."""


def make_reference_rules() -> list[Rule]:
    """Make a rule for every column that refers to another table.

    Returns
    -------
    list of Rule
    """
    return [
        Rule(
            f"{model.name}_{column}_known",
            model.name,
            f"Hver {column} findes i {table}",
            f"Every {column} is in {table}",
            f"""SELECT EXISTS (SELECT 1 FROM {table} AS k WHERE k.{column} = t.{column}) AS holds
            FROM {model.name} AS t WHERE t.{column} IS NOT NULL""",
        )
        for model in RELEASE_TABLES.values()
        for column, table in model.references.items()
    ]


def make_text_rules() -> list[Rule]:
    """Make a rule for every pair of Danish and English columns: both are there, or neither.

    Returns
    -------
    list of Rule
    """
    rules = []
    for model in RELEASE_TABLES.values():
        for danish in (name for name in model.column_names if name.endswith("_da")):
            english = danish.removesuffix("_da") + "_en"
            blank = "NOT regexp_matches(coalesce({}, ''), '\\S')"
            both = f"({blank.format(danish)}) = ({blank.format(english)})"
            filled = "" if danish in model.nullable else f" AND NOT ({blank.format(danish)})"
            rules.append(
                Rule(
                    f"{model.name}_{danish.removesuffix('_da')}_in_both_languages",
                    model.name,
                    f"{danish} og {english} er begge skrevet" + ("" if filled else ", eller ingen af dem"),
                    f"{danish} and {english} are both written" + ("" if filled else ", or neither"),
                    f"SELECT {both}{filled} AS holds FROM {model.name}",
                )
            )
    return rules


def make_floor_rules() -> list[Rule]:
    """Make a rule for every published count of persons or person-years: 1–4 does not leave.

    Published literature is not counted by us and is left out.

    Returns
    -------
    list of Rule
    """
    return [
        Rule(
            f"{model.name}_{column.name}_above_floor",
            model.name,
            f"{column.name} er aldrig 1–{FEWEST - 1}",
            f"{column.name} is never 1–{FEWEST - 1}",
            f"SELECT {column.name} NOT BETWEEN 1 AND {FEWEST - 1} AS holds "
            f"FROM {model.name} WHERE {column.name} IS NOT NULL",
        )
        for model in RELEASE_TABLES.values()
        if model.name != "effect_studies"
        for column in model.columns
        if column.unit.name in ("persons", "person_years")
    ]
