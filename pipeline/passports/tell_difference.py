"""The part of a passport that is about a difference: the three steps, the number, persons, definition, attrition.

Belongs here: which facts are told, in which order. Does not belong here: prices (`tell_price`), sources
(`tell_sources`).
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.passports.page_words import PageWords, choose_decimals
from pipeline.passports.passport import Passport, Row

_ROWS = (
    ("row_success", "mean_success"),
    ("row_others", "mean_others"),
    ("row_adjustment", "adjustment"),
    ("row_adjusted", "adjusted_difference"),
    ("row_shown", "soem_classic"),
    ("row_all", "all_estimates"),
)
_YEARS_A_LINE = 10


def tell_difference(passport: Passport, words: PageWords) -> list[str]:
    """Tell what a difference is and how it came about.

    Returns
    -------
    list of str
        Lines.
    """
    return [
        *_tell_lead(passport, words),
        *_tell_three_steps(passport, words),
        *_tell_number(passport, words),
        *_tell_profile(passport, words),
        *_tell_arms(passport, words),
        *_tell_definition(passport, words),
        *_tell_attrition(passport, words),
    ]


def name_unit(passport: Passport, words: PageWords) -> str:
    """Return the unit of a difference."""
    return words.say("unit", unit=words.of(passport.consequence, "unit"))


def _tell_lead(passport: Passport, words: PageWords) -> list[str]:
    shown = next(row for row in passport.profiles if row["view"] == "soem_classic")
    unit, year = name_unit(passport, words), passport.relative_year
    if shown["value"] is None:
        lead = words.say("lead_none", year=year, reason=_tell_status(passport, words))
    else:
        lead = words.say("lead_published", value=words.number(shown["value"]), unit=unit, year=year)
    return [*words.wrap(lead, ""), *words.wrap(words.say("minus_means"), "")]


def _tell_status(passport: Passport, words: PageWords) -> str:
    estimate = passport.estimate
    if estimate is None:
        return words.name("status", passport.profiles[0]["status"])
    reason = f", {words.name('reason', estimate['reason'])}" if estimate["reason"] else ""
    return words.name("status", estimate["status"]) + reason


def _tell_three_steps(passport: Passport, words: PageWords) -> list[str]:
    lines = ["", words.say("three_steps", unit=name_unit(passport, words))]
    for start in range(0, len(passport.years), _YEARS_A_LINE):
        lines += _lay_out_years(passport.years[start : start + _YEARS_A_LINE], passport.relative_year, words)
    return [*lines, *words.wrap(words.say("three_steps_read", level=_tell_level(passport, words)))]


def _tell_level(passport: Passport, words: PageWords) -> str:
    level = 100 * passport.release["significance_level"]
    return f"{words.number(level, 0 if level == round(level) else 1)} %"


def _lay_out_years(years: Sequence[Row], own: int | None, words: PageWords) -> list[str]:
    """Lay out ten years as columns; the passport's own year stands in brackets."""
    shown = [abs(row[column]) for row in years for _, column in _ROWS if row[column] is not None]
    decimals = choose_decimals(max(shown, default=0.0))
    heads = [
        f"[{row['relative_year']}]" if row["relative_year"] == own else str(row["relative_year"])
        for row in years
    ]
    table = [(words.say("row_year"), heads)]
    for name, column in _ROWS:
        if any(row[column] is not None for row in years):
            table.append((words.say(name), [words.number(row[column], decimals) for row in years]))
    width = max(8, *(len(cell) + 1 for _, cells in table for cell in cells))
    return [f"  {name:<20}" + "".join(f"{cell:>{width}}" for cell in cells) for name, cells in table] + [""]


def _tell_number(passport: Passport, words: PageWords) -> list[str]:
    estimate = passport.estimate
    lines = ["", words.say("the_number", year=passport.relative_year)]
    if estimate is None or estimate["status"] != "estimated":
        lines += words.wrap(words.say("status_is", status=_tell_status(passport, words)))
    else:
        lines += _tell_estimate(estimate, passport, words)
    decision = words.name("disclosure", passport.disclosure)
    return [*lines, *words.wrap(words.say("disclosure_is", decision=decision))]


def _tell_estimate(estimate: Row, passport: Passport, words: PageWords) -> list[str]:
    number = words.number
    parts = ", ".join(
        f"{words.name('covariate', row['covariate']).lower()} {number(row['adjustment'])}"
        for row in passport.adjustments
    )
    told = [
        words.say(
            "number_is",
            value=number(estimate["adjusted_difference"]),
            unit=name_unit(passport, words),
            error=number(estimate["standard_error"]),
            low=number(estimate["ci_low"]),
            high=number(estimate["ci_high"]),
        ),
        words.say(
            "significance",
            p=words.small(estimate["p_value"]),
            q=words.small(estimate["q_value"]),
            verdict=words.say("significant" if estimate["is_significant"] else "not_significant"),
            level=_tell_level(passport, words),
        ),
        words.say(
            "raw_is",
            raw=number(estimate["raw_difference"]),
            adjustment=number(estimate["adjustment"]),
            adjusted=number(estimate["adjusted_difference"]),
        ),
        words.say("adjustment_by", parts=parts),
    ]
    if estimate["in_success_rule"]:
        told.append(words.say("in_success_rule"))
    return [line for sentence in told for line in words.wrap(sentence)]


def _tell_profile(passport: Passport, words: PageWords) -> list[str]:
    lines = ["", words.say("filter_and_taper")]
    for row in passport.profiles:
        made_of = " + ".join(
            words.say(
                "weight_is",
                weight=words.number(weight["weight"], 4),
                value=words.number(weight["adjusted_difference"]),
                year=weight["from_relative_year"],
            )
            for weight in row["weights"]
            if weight["from_relative_year"] != passport.relative_year
        )
        lines += words.wrap(
            words.say(
                "view_is",
                view=words.name("view", row["view"]),
                value=words.number(row["value"]),
                status=words.name("status", row["status"]),
                made_of=f" = {made_of}" if made_of else "",
            )
        )
    return lines


def _tell_arms(passport: Passport, words: PageWords) -> list[str]:
    estimate = passport.estimate
    if estimate is None or estimate["status"] in ("not_observed", "outside_ages"):
        return []
    lines = ["", words.say("arms")]
    for arm in ("success", "others"):
        told = words.say(
            f"arm_{arm}",
            n=words.count(estimate[f"n_{arm}"]),
            persons=words.count(estimate[f"n_persons_{arm}"]),
            users=words.count(estimate[f"n_users_{arm}"]),
            mean=words.number(estimate[f"mean_{arm}"]),
            share=words.share(estimate[f"share_observed_{arm}"]),
        )
        lines += words.wrap(told)
    years = words.say("base_years", first=estimate["base_year_first"], last=estimate["base_year_last"])
    return [*lines, *words.wrap(years)]


def _tell_definition(passport: Passport, words: PageWords) -> list[str]:
    group, consequence = passport.target_group, passport.consequence
    assert group is not None
    lines: list[str] = []
    for heading, text, role in (
        ("definition", "membership", "membership"),
        ("success", "success", "success"),
    ):
        basis = words.say(
            "basis_is",
            basis=words.name("basis", group[f"basis_{role}"]),
            reason=group[f"reason_{role}"] or "",
        )
        lines += ["", words.say(heading), *words.wrap(words.of(group, text)), *words.wrap(basis)]
    if group["limitations_da"]:
        lines += ["", words.say("limitations"), *words.wrap(words.of(group, "limitations"))]
    measured = words.say(
        "consequence_is",
        name=words.of(consequence, "name"),
        unit=words.of(consequence, "unit"),
        register=consequence["register"],
        basis=words.name("basis", consequence["basis"]),
        source=consequence["source"],
    )
    notes = words.wrap(words.of(consequence, "notes")) if consequence["notes_da"] else []
    return [*lines, "", words.say("consequence"), *words.wrap(measured), *notes]


def _tell_attrition(passport: Passport, words: PageWords) -> list[str]:
    lines = ["", f"{words.say('attrition'):<72}  {words.say('attrition_columns'):>24}"]
    told_year = next((row["relative_year"] for row in passport.attrition if row["relative_year"]), None)
    for row in passport.attrition:
        indent = "    " if row["reason"] != "remaining" else "  "
        name = f"{indent}{row['step']:>2}  {words.of(row, 'description')}"
        persons, years = words.count(row["n_persons"]), words.count(row["n_person_years"])
        lines.append(f"{name:<74}{persons:>12}{years:>12}")
    if told_year is not None and told_year != passport.relative_year:
        lines += words.wrap(words.say("attrition_of_year", year=told_year))
    return lines
