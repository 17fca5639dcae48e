"""Gate rules on profiles and the weights they are made with.

Belongs here: filter, taper and the linear map from estimates to profiles, as method section 4 says them.
Does not belong here: making profiles.
"""

from __future__ import annotations

from pipeline.release.rules import PROFILE_YEARS, SIGNIFICANCE, VIEWS, YEARS_FOLLOWED, Rule

_VIEWS = ", ".join(f"('{view}')" for view in VIEWS)

PROFILE_RULES = (
    Rule(
        "profiles_complete",
        "profiles",
        "Hver estimeret målgruppe og konsekvens har en profil fra år 1 til profilens slutning i begge visninger",
        "Every estimated group and consequence has a profile from year 1 to the profile's end in both views",
        f"""SELECT p.target_group IS NOT NULL AS holds
        FROM (SELECT DISTINCT target_group, consequence FROM estimates) AS e
        CROSS JOIN (VALUES {_VIEWS}) AS v (view)
        CROSS JOIN (SELECT unnest(range(1, {PROFILE_YEARS} + 1)) AS relative_year) AS y
        LEFT JOIN profiles AS p USING (target_group, consequence, view, relative_year)""",
        needs_rows=True,
    ),
    Rule(
        "profiles_not_beyond",
        "profiles",
        "Ingen profil går ud over sin slutning eller hører til celler uden estimater",
        "No profile goes beyond its end or belongs to cells without estimates",
        f"""SELECT e.target_group IS NOT NULL AND relative_year <= {PROFILE_YEARS} AS holds
        FROM profiles LEFT JOIN (SELECT DISTINCT target_group, consequence FROM estimates) AS e
        USING (target_group, consequence)""",
    ),
    Rule(
        "taper_ends_at_zero",
        "profiles",
        "Profilen er 0 i sit sidste år",
        "The profile is 0 in its last year",
        f"""SELECT coalesce(value = 0, status = 'not_observed') AS holds
        FROM profiles WHERE relative_year = {PROFILE_YEARS}""",
        needs_rows=True,
    ),
    Rule(
        "taper_never_grows",
        "profiles",
        "Nedtrapningen vokser aldrig i talværdi og skifter aldrig fortegn",
        "The taper never grows in absolute value and never changes sign",
        """SELECT coalesce(abs(value) <= abs(before) * (1 + 1e-12) AND value * before >= 0, false) AS holds
        FROM (
            SELECT value, status, lag(value) OVER (
                PARTITION BY target_group, consequence, view ORDER BY relative_year) AS before
            FROM profiles
        ) WHERE status = 'tapered'""",
    ),
    Rule(
        "taper_after_last_year",
        "profiles",
        "Nedtrapning findes kun efter det sidste observerede år og altid efter det sidste år, der følges",
        "Taper is found only after the last observed year, and always after the last year followed",
        f"""SELECT coalesce(CASE
            WHEN p.status = 'tapered' THEN p.relative_year > l.last_year
            WHEN p.relative_year > {YEARS_FOLLOWED} THEN l.last_year IS NULL OR p.status = 'outside_ages'
            ELSE true END, false) AS holds
        FROM profiles AS p LEFT JOIN (
            SELECT target_group, consequence, max(relative_year) AS last_year
            FROM estimates WHERE status IN ('estimated', 'no_use') GROUP BY ALL
        ) AS l USING (target_group, consequence)""",
    ),
    Rule(
        "classic_filters_insignificant",
        "profiles",
        "soem_classic viser signifikante justerede forskelle og sætter øvrige til 0",
        "soem_classic shows significant adjusted differences and sets others to 0",
        f"""SELECT coalesce(CASE WHEN e.p_value < {SIGNIFICANCE}
            THEN p.status = 'estimated' AND abs(p.value - e.adjusted_difference) <= 1e-12 * abs(p.value)
            ELSE p.status = 'set_to_zero' AND p.value = 0 END, false) AS holds
        FROM profiles AS p JOIN estimates AS e USING (target_group, consequence, relative_year)
        WHERE p.view = 'soem_classic' AND e.status = 'estimated'""",
    ),
    Rule(
        "all_estimates_filters_nothing",
        "profiles",
        "all_estimates viser alle justerede forskelle",
        "all_estimates shows all adjusted differences",
        """SELECT coalesce(p.status = 'estimated'
            AND abs(p.value - e.adjusted_difference) <= 1e-12 * abs(p.value), false) AS holds
        FROM profiles AS p JOIN estimates AS e USING (target_group, consequence, relative_year)
        WHERE p.view = 'all_estimates' AND e.status = 'estimated'""",
    ),
    Rule(
        "missing_is_not_zero",
        "profiles",
        "Et observeret år uden estimat er tomt, aldrig 0",
        "An observed year without an estimate is empty, never 0",
        """SELECT (p.value IS NULL) = (e.status IN ('not_observed', 'not_estimable', 'suppressed')
                AND p.status NOT IN ('tapered', 'outside_ages')) AS holds
        FROM profiles AS p JOIN estimates AS e USING (target_group, consequence, relative_year)""",
    ),
    Rule(
        "weights_make_values",
        "profile_weights",
        "Profilens værdi er summen af vægt gange justeret forskel",
        "The profile's value is the sum of weight times adjusted difference",
        """SELECT coalesce(abs(p.value - coalesce(m.made, 0)) <= 1e-9 * greatest(1, abs(p.value)), false)
            AND coalesce(m.all_known, true) AS holds
        FROM profiles AS p LEFT JOIN (
            SELECT w.target_group, w.consequence, w.view, w.relative_year,
                sum(w.weight * e.adjusted_difference) AS made,
                bool_and(e.adjusted_difference IS NOT NULL) AS all_known
            FROM profile_weights AS w LEFT JOIN estimates AS e
            ON e.target_group = w.target_group AND e.consequence = w.consequence
                AND e.relative_year = w.from_relative_year
            GROUP BY ALL
        ) AS m USING (target_group, consequence, view, relative_year)
        WHERE p.value IS NOT NULL""",
    ),
    Rule(
        "weights_have_a_profile",
        "profile_weights",
        "Vægte er ikke 0 og findes kun for profiler med en værdi",
        "Weights are not 0 and exist only for profiles with a value",
        """SELECT coalesce(w.weight <> 0 AND p.value IS NOT NULL, false) AS holds
        FROM profile_weights AS w
        LEFT JOIN profiles AS p USING (target_group, consequence, view, relative_year)""",
    ),
)
"""Rules on profiles, in the order they are read."""
