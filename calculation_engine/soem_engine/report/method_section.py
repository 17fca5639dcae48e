"""What every calculation assumes, in plain words, for a reader who has not read the method.

Here: the text, with what this calculation chose. Not here: warnings (`caveats`), inputs (`input_sections`).
"""

from __future__ import annotations

from soem_engine.report.document import Items, Section
from soem_engine.report.wording import Words
from soem_engine.result import Result


def make_method(result: Result, words: Words) -> Section:
    """Return how the calculation works and what it takes for granted."""
    typed = result.intervention
    after = typed.first_consequence_year == "year_after_completion"
    first = words.say(
        "året efter forløbet" if after else "det år, forløbet afsluttes",
        "the year after the course" if after else "the year the course is completed",
    )
    lines = [
        words.say(
            "Konsekvens pr. år = deltagere × nettosuccesandel × justeret forskel i brug × enhedspris. Nettoresultat = "
            "konsekvenser − omkostninger. Plus betyder, at det offentlige sparer.",
            "Consequence a year = participants × net success share × adjusted difference in use × unit price. Net "
            "result = consequences − costs. Plus means that the public sector saves.",
        ),
        words.say(
            "En justeret forskel er forskellen i brug mellem dem, der når SØM's succesmål, og andre i målgruppen, når "
            "der er taget højde for køn, alder, beskæftigelse, uddannelse og brug i år 0. Det er ikke bevist, at "
            "succesen er årsagen.",
            "An adjusted difference is the difference in use between those who reach SØM's success criterion and "
            "others of the group, allowing for sex, age, employment, education and use in year 0. That success is the "
            "cause is not proved.",
        ),
        words.say(
            f"Virkningen regnes fra {first}, uden indfasning.",
            f"The effect counts from {first}, without phasing in.",
        ),
        words.say(
            "Enhedspriser er gennemsnit; de siger ikke, om en kommune kan spare pengene på kort sigt.",
            "Unit prices are averages; they do not say whether a municipality can save the money in the short run.",
        ),
        words.say(
            f"Deltagere, der afslutter sent, tæller kun med til og med {typed.last_year}.",
            f"Participants who complete late count only until {typed.last_year}.",
        ),
    ]
    if typed.taper == "release":
        lines.append(
            words.say(
                "Efter de år, der er data om, aftager forskellene lineært til nul i relativt år 20; det er antaget.",
                "After the years with data the differences fall linearly to zero in relative year 20; that is assumed.",
            )
        )
    lines.append(
        words.say(
            "Udligning mellem kommuner, værdien af bedre livskvalitet og gevinster for private indgår ikke.",
            "Equalisation between municipalities, the value of a better life and gains to private persons are not part "
            "of it.",
        )
    )
    return Section(
        "method",
        words.say("Hvad beregningen bygger på", "What the calculation rests on"),
        (Items(tuple(lines)),),
    )
