"""Gate rules on what changed since the release before: exact chains, and no few persons told between two releases.

Belongs here: rules on the table `changes`. Does not belong here: finding changes (`pipeline.changes`).
"""

from __future__ import annotations

from pipeline.release.rules import FEWEST, Rule

CHANGE_RULES = (
    Rule(
        "changes_are_chains",
        "changes",
        "Hvert led begynder, hvor det forrige sluttede, og leddene er talt 1, 2 …",
        "Each link starts where the one before ended, and links count 1, 2 …",
        """SELECT link = row_number() OVER chain AND value_before IS DISTINCT FROM value_after
            AND (link = 1 OR value_before IS NOT DISTINCT FROM lag(value_after) OVER chain) AS holds
        FROM changes WINDOW chain AS (PARTITION BY number_id, measure ORDER BY link)""",
    ),
    Rule(
        "changes_tell_published_numbers",
        "changes",
        "Et tal, som ingen af de to udgivelser viser, står ikke blandt ændringerne",
        "A number that neither of the two releases publishes is not among the changes",
        """SELECT first(value_before ORDER BY link) IS NOT NULL OR last(value_after ORDER BY link) IS NOT NULL AS holds
        FROM changes GROUP BY number_id, measure""",
    ),
    Rule(
        "changes_tell_of_no_few_persons",
        "changes",
        f"Ingen af flere årsager flytter et af en målgruppes antal med 1–{FEWEST - 1}",
        f"None of several causes moves a count of a target group by 1–{FEWEST - 1}",
        f"""SELECT coalesce(abs(value_after - value_before) NOT BETWEEN 1 AND {FEWEST - 1}, true)
            OR max(link) OVER (PARTITION BY number_id) = 1 AS holds
        FROM changes WHERE number_kind = 'group'""",
    ),
)
"""Rules on the table `changes`, in the order they are read."""
