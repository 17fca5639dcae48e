"""Gate rules on passports: every number has one, each says truly whether its number may be shown, none lacks sources.

Belongs here: what must hold among `passports`, `passport_sources`, `coverage`, `corrections` and the numbers. Does not
belong here: rules on the numbers themselves.
"""

from __future__ import annotations

from pipeline.release.rules import FEWEST, Rule

PASSPORT_RULES = (
    Rule(
        "every_year_has_one_passport",
        "passports",
        "Hvert år i hver profil har netop ét pas, og ingen andre år har et",
        "Every year of every profile has exactly one passport, and no other year has one",
        """SELECT coalesce(p.n = 1 AND n.relative_year IS NOT NULL AND p.number_id =
            concat_ws('/', n.target_group, n.consequence, n.relative_year), false) AS holds
        FROM (SELECT DISTINCT target_group, consequence, relative_year FROM profiles) AS n
        FULL JOIN (
            SELECT target_group, consequence, relative_year, count(*) AS n, any_value(number_id) AS number_id
            FROM passports WHERE number_kind = 'difference' GROUP BY ALL
        ) AS p USING (target_group, consequence, relative_year)""",
        needs_rows=True,
    ),
    Rule(
        "every_price_has_one_passport",
        "passports",
        "Hver pris har netop ét pas, og intet pas er uden pris",
        "Every price has exactly one passport, and no passport is without a price",
        """SELECT coalesce(p.n = 1 AND u.consequence IS NOT NULL AND p.number_id =
            concat_ws('/', 'price', u.consequence, u.payer, u.price_year, u.target_group), false) AS holds
        FROM unit_prices AS u
        FULL JOIN (
            SELECT consequence, payer, price_year, valid_from, coalesce(target_group, '') AS of_group,
                count(*) AS n, any_value(number_id) AS number_id
            FROM passports WHERE number_kind = 'price' GROUP BY ALL
        ) AS p ON p.consequence = u.consequence AND p.payer = u.payer AND p.price_year = u.price_year
            AND p.valid_from = u.valid_from AND p.of_group = coalesce(u.target_group, '')""",
        needs_rows=True,
    ),
    Rule(
        "disclosure_agrees_with_estimates",
        "passports",
        f"Pas siger tilbageholdt netop hvor der er under {FEWEST} personer eller brugere, og vist hvor tallet er",
        f"Passports say withheld exactly where there are fewer than {FEWEST} persons or users, and shown where it is",
        """SELECT coalesce(CASE p.disclosure
            WHEN 'withheld' THEN e.reason IN ('few_clusters', 'few_users') OR e.status = 'suppressed'
            WHEN 'published' THEN e.status IN ('estimated', 'no_use')
            WHEN 'derived' THEN coalesce(e.status NOT IN ('estimated', 'no_use', 'suppressed'), true)
                AND coalesce(e.reason, '') NOT IN ('few_clusters', 'few_users')
            ELSE e.status IS NULL OR e.status NOT IN ('estimated', 'no_use', 'suppressed')
                AND coalesce(e.reason, '') NOT IN ('few_clusters', 'few_users') END, false) AS holds
        FROM passports AS p LEFT JOIN estimates AS e USING (target_group, consequence, relative_year)
        WHERE p.number_kind = 'difference'""",
    ),
    Rule(
        "passports_have_sources",
        "passport_sources",
        "Hver målgruppe og konsekvens bag et pas har register, deklaration og hændelser; hver pris deklarationer",
        "Every group and consequence behind a passport has register, declaration and events; every price declarations",
        """SELECT coalesce(CASE s.kind
            WHEN 'price' THEN found.kinds @> ['declaration']
            ELSE found.kinds @> ['register', 'declaration', 'events'] END, false) AS holds
        FROM (
            SELECT DISTINCT 'target_group' AS kind, target_group AS subject FROM passports
            WHERE number_kind = 'difference'
            UNION SELECT DISTINCT 'consequence', consequence FROM passports WHERE number_kind = 'difference'
            UNION SELECT DISTINCT 'price', consequence FROM passports WHERE number_kind = 'price'
        ) AS s LEFT JOIN (
            SELECT subject_kind, subject, list(DISTINCT source_kind) AS kinds FROM passport_sources GROUP BY ALL
        ) AS found ON found.subject_kind = s.kind AND found.subject = s.subject""",
        needs_rows=True,
    ),
    Rule(
        "registers_are_counted",
        "passports",
        "Et pas tæller de registre, der står bag dets målgruppe og konsekvens",
        "A passport counts the registers behind its target group and consequence",
        """SELECT p.n_registers = s.n AS holds FROM passports AS p JOIN (
            SELECT p.target_group, p.consequence, count(DISTINCT source) AS n
            FROM (SELECT DISTINCT target_group, consequence FROM passports WHERE number_kind = 'difference') AS p
            JOIN passport_sources AS s ON source_kind = 'register'
                AND (subject_kind = 'target_group' AND subject = p.target_group
                    OR subject_kind = 'consequence' AND subject = p.consequence)
            GROUP BY ALL
        ) AS s USING (target_group, consequence) WHERE p.number_kind = 'difference'""",
    ),
    Rule(
        "events_have_coverage",
        "coverage",
        "Hver hændelsestabel bag et pas har sin dækning år for år",
        "Every event table behind a passport has its coverage year by year",
        """SELECT EXISTS (SELECT 1 FROM coverage AS c
            WHERE concat_ws(': ', c.event_table, c.attribute_value) = s.source) AS holds
        FROM (SELECT DISTINCT source FROM passport_sources WHERE source_kind = 'events') AS s""",
    ),
    Rule(
        "corrections_hit_what_was_expected",
        "corrections",
        "Hver rettelse ramte så mange rækker, som den venter, og 1-4 rækker står ikke",
        "Every correction hit as many rows as it expects, and 1-4 rows are not told",
        f"""SELECT n_rows_expected_from <= n_rows_expected_to AND coalesce(n_rows_corrected
            BETWEEN greatest(n_rows_expected_from, {FEWEST}) AND n_rows_expected_to,
            n_rows_expected_from < {FEWEST}) AS holds FROM corrections""",
    ),
)
"""Rules on passports, in the order they are read."""
