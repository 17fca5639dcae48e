"""Gate rules on estimates, their adjustment and their covariance.

Belongs here: what must hold among `estimates`, `adjustment_by_covariate`, `estimate_covariance` and the
groups and consequences they are about. Does not belong here: whether the numbers are right
(`tests/estimation`).
"""

from __future__ import annotations

from pipeline.release.rules import FEWEST, SIGNIFICANCE, YEARS_FOLLOWED, Rule

_WANTED = f"""
    SELECT g.target_group, c.consequence, y.relative_year
    FROM target_groups AS g
    JOIN consequences AS c ON 'both' IN (c.population, g.population) OR c.population = g.population
    CROSS JOIN (SELECT unnest(range(1, {YEARS_FOLLOWED} + 1)) AS relative_year) AS y
    WHERE g.kind <> 'literature_only'
"""

_ROUNDING = (
    "1e-8 * greatest(1, abs(mean_success), abs(mean_others), abs(adjustment), abs(adjusted_difference))"
)

_NUMBERS = """mean_success, mean_others, raw_difference, adjustment, adjusted_difference, standard_error,
    ci_low, ci_high, p_value, q_value"""

_UNIT_LIMITS = """
    SELECT * FROM (VALUES
        ('contacts', 0, NULL), ('visits', 0, NULL), ('convictions', 0, NULL), ('bed days', 0, 366),
        ('days', 0, 366), ('weeks', 0, 53), ('recipient-years', 0, 1), ('kr.', NULL, NULL)
    ) AS limits (unit_en, low, high)
"""

ESTIMATE_RULES = (
    Rule(
        "estimates_complete",
        "estimates",
        "Hver estimeret målgruppe har hver konsekvens for sin befolkning i hvert år, der følges",
        "Every estimated group has every consequence of its population in every year followed",
        f"""SELECT e.target_group IS NOT NULL AS holds
        FROM ({_WANTED}) AS w LEFT JOIN estimates AS e USING (target_group, consequence, relative_year)""",
        needs_rows=True,
    ),
    Rule(
        "estimates_not_beyond",
        "estimates",
        "Ingen andre celler er med, og ingen for målgrupper med kun litteratur",
        "No other cells are there, and none of groups with literature only",
        f"""SELECT w.target_group IS NOT NULL AS holds
        FROM estimates AS e LEFT JOIN ({_WANTED}) AS w USING (target_group, consequence, relative_year)""",
    ),
    Rule(
        "one_covariate_set",
        "estimates",
        "Alle estimater bruger udgivelsens ene sæt kovariater",
        "All estimates use the one covariate set of the release",
        "SELECT count(DISTINCT covariate_set) = 1 AS holds FROM estimates",
    ),
    Rule(
        "raw_is_difference_of_means",
        "estimates",
        "Rå forskel = succesgruppens gennemsnit minus andres",
        "Raw difference = mean of the success group minus mean of others",
        f"""SELECT coalesce(abs(raw_difference - (mean_success - mean_others)) <= {_ROUNDING}, false) AS holds
        FROM estimates WHERE status = 'estimated'""",
    ),
    Rule(
        "raw_is_adjustment_plus_adjusted",
        "estimates",
        "Rå forskel = justering + justeret forskel",
        "Raw difference = adjustment + adjusted difference",
        f"""SELECT coalesce(abs(raw_difference - (adjustment + adjusted_difference)) <= {_ROUNDING}, false)
        AS holds FROM estimates WHERE status = 'estimated'""",
    ),
    Rule(
        "adjustment_is_sum_of_covariates",
        "adjustment_by_covariate",
        "Justeringen er summen af kovariaternes dele, og kun estimerede celler har dele",
        "The adjustment is the sum of the covariates' parts, and only estimated cells have parts",
        f"""SELECT CASE WHEN e.status = 'estimated'
            THEN coalesce(abs(p.parts - e.adjustment) <= {_ROUNDING}, false) ELSE p.parts IS NULL END AS holds
        FROM estimates AS e LEFT JOIN (
            SELECT target_group, consequence, relative_year, sum(adjustment) AS parts
            FROM adjustment_by_covariate GROUP BY ALL
        ) AS p USING (target_group, consequence, relative_year)""",
    ),
    Rule(
        "estimated_cells_have_all_numbers",
        "estimates",
        "En estimeret celle har alle tal, og konfidensintervallet omslutter estimatet",
        "An estimated cell has all numbers, and its confidence interval holds the estimate",
        f"""SELECT coalesce(list_count([{_NUMBERS}, n_success, n_others, n_persons_success, n_persons_others,
                n_users_success, n_users_others]) = 16 AND standard_error > 0
            AND ci_low <= adjusted_difference AND adjusted_difference <= ci_high
            AND is_significant = (p_value < {SIGNIFICANCE}), false) AS holds
        FROM estimates WHERE status = 'estimated'""",
    ),
    Rule(
        "estimated_cells_above_floor",
        "estimates",
        f"En estimeret celle bygger på mindst {FEWEST} personer i hver gruppe, aldrig 1–{FEWEST - 1} brugere",
        f"An estimated cell rests on at least {FEWEST} persons in each arm, never 1–{FEWEST - 1} users",
        f"""SELECT coalesce(least(n_persons_success, n_persons_others) >= {FEWEST}
            AND n_users_success NOT BETWEEN 1 AND {FEWEST - 1}
            AND n_users_others NOT BETWEEN 1 AND {FEWEST - 1}
            AND n_users_success + n_users_others > 0, false) AS holds
        FROM estimates WHERE status = 'estimated'""",
    ),
    Rule(
        "withheld_cells_are_empty",
        "estimates",
        "En celle med for få personer eller brugere har hverken gennemsnit, forskelle eller fejl",
        "A cell with too few persons or users has neither means, differences nor errors",
        f"""SELECT list_count([{_NUMBERS}]) = 0 AS holds FROM estimates
        WHERE reason IN ('few_clusters', 'few_users') OR status = 'suppressed'""",
    ),
    Rule(
        "status_agrees_with_numbers",
        "estimates",
        "Status og tal passer: 0 uden fejl, tomt eller en grund, alt efter status",
        "Status and numbers agree: 0 without error, empty or a reason, as the status says",
        """SELECT coalesce(CASE
            WHEN status IN ('no_use', 'outside_ages') THEN coalesce(adjusted_difference, 0) = 0
                AND standard_error IS NULL AND p_value IS NULL
            WHEN status = 'not_observed' THEN adjusted_difference IS NULL AND standard_error IS NULL
            WHEN status = 'not_estimable' THEN reason IS NOT NULL AND standard_error IS NULL
            ELSE true END, false) AS holds
        FROM estimates""",
    ),
    Rule(
        "means_within_unit",
        "estimates",
        "Gennemsnit passer til enheden: uger 0–53, dage 0–366, årsmodtagere 0–1, øvrige ikke negative",
        "Means fit the unit: weeks 0–53, days 0–366, recipient-years 0–1, others not negative",
        f"""SELECT l.unit_en IS NOT NULL
            AND coalesce(least(mean_success, mean_others) >= low, true)
            AND coalesce(greatest(mean_success, mean_others) <= high, true) AS holds
        FROM estimates JOIN consequences USING (consequence)
        LEFT JOIN ({_UNIT_LIMITS}) AS l USING (unit_en)""",
    ),
    Rule(
        "covariance_positions",
        "estimate_covariance",
        "Netop de estimerede celler har kovarianser, på plads 1, 2, … uden huller",
        "Exactly the estimated cells have covariances, at positions 1, 2, … without gaps",
        """SELECT coalesce(e.status = 'estimated' AND v.position =
            row_number() OVER (PARTITION BY target_group ORDER BY v.position), false) AS holds
        FROM (SELECT * FROM estimates WHERE status = 'estimated') AS e
        FULL JOIN estimate_covariance AS v USING (target_group, consequence, relative_year)""",
    ),
    Rule(
        "covariance_lengths",
        "estimate_covariance",
        "Listen på plads k har k tal",
        "The list at position k has k numbers",
        """SELECT len(covariances) = position AND list_count(covariances) = position AS holds
        FROM estimate_covariance""",
    ),
    Rule(
        "covariance_diagonal",
        "estimate_covariance",
        "Listens sidste tal er standardfejlen i anden",
        "The last number of the list is the standard error squared",
        """SELECT coalesce(abs(covariances[-1] - standard_error ** 2) <= 1e-9 * standard_error ** 2, false)
        AS holds FROM estimate_covariance JOIN estimates USING (target_group, consequence, relative_year)""",
    ),
)
"""Rules on estimates, in the order they are read."""
