"""Words the engine shows a user, in Danish and English side by side.

Here: the pair of texts and the fixed names of payers, areas and statuses. Not here: names of inputs (`input_names`),
numbers (`number_format`), warnings (`caveats`), the layout of tables (`terminal`).
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

Language = Literal["da", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("da", "en")


class Text(NamedTuple):
    """One text in Danish and English."""

    da: str
    en: str

    def pick(self, language: Language) -> str:
        """Return the text in `language`."""
        return self.da if language == "da" else self.en


PAYER_NAMES: Final[dict[str, Text]] = {
    "municipality": Text("Kommune", "Municipality"),
    "region": Text("Region", "Region"),
    "state": Text("Stat", "State"),
}

AREA_NAMES: Final[dict[str, Text]] = {
    "health": Text("Sundhedsydelser", "Health"),
    "crime": Text("Kriminalforsorg", "Crime"),
    "social_services": Text("Sociale serviceydelser", "Social services"),
    "income_transfers": Text("Indkomstoverførsler", "Income transfers"),
    "income_tax": Text("Skat af indkomst", "Income tax"),
    "education_employment": Text("Uddannelse og beskæftigelse", "Education and employment"),
    "child_measures": Text("Sociale foranstaltninger", "Social measures, children"),
    "aftercare": Text("Efterværn", "After-care"),
    "school": Text("Grundskole", "Primary school"),
    "youth_education": Text("Ungdomsuddannelse", "Youth education"),
}

VIEW_NAMES: Final[dict[str, Text]] = {
    "soem_classic": Text(
        "SØM's egen visning: kun forskelle, der er signifikante på 5 %, med nedtrapning",
        "SØM's own view: only differences significant at 5 %, with taper",
    ),
    "all_estimates": Text(
        "alle estimater, også de ikke-signifikante, med nedtrapning",
        "all estimates, also those not significant, with taper",
    ),
    "shrunken": Text("krympede estimater, med nedtrapning", "shrunken estimates, with taper"),
}

BASIS_NAMES: Final[dict[str, Text]] = {
    "documented": Text("dokumenteret", "documented"),
    "inferred": Text("udledt, ikke dokumenteret", "inferred, not documented"),
    "assumed": Text("antaget, ikke dokumenteret", "assumed, not documented"),
    "placeholder": Text("pladsholder, ikke et fund", "placeholder, not a finding"),
}

COST_KIND_NAMES: Final[dict[str, Text]] = {
    "start_up": Text("opstart", "start-up"),
    "fixed": Text("fast pr. år", "fixed per year"),
    "per_participant": Text("pr. deltager", "per participant"),
    "per_starter": Text("pr. person, der starter", "per person starting"),
    "per_participant_year": Text("pr. deltagerår", "per participant-year"),
}

CHOICE_NAMES: Final[dict[str, Text]] = {**PAYER_NAMES, **COST_KIND_NAMES}
"""What the words a user chooses between are called."""

ITEM_CATEGORY_NAMES: Final[dict[str, Text]] = {
    "staff": Text("løn", "staff"),
    "rent": Text("lokaler", "rent"),
    "materials": Text("materialer", "materials"),
    "training": Text("oplæring", "training"),
    "transport": Text("transport", "transport"),
    "administration": Text("administration", "administration"),
    "other": Text("andet", "other"),
    "single_case": Text("særligt dyr enkeltsag", "specially expensive single case"),
}

TAPER_NAMES: Final[dict[str, Text]] = {
    "release": Text("som udgivelsen", "as the release"),
    "none": Text("ingen nedtrapning", "no taper"),
}

REIMBURSEMENT_NAMES: Final[dict[str, Text]] = {
    "by_date": Text("efter reglerne i hvert år", "by the rules of each year"),
    "as_priced": Text("som i prisen", "as in the price"),
}

TAX_NAMES: Final[dict[str, Text]] = {
    "release": Text("udgivelsens egen konsekvens", "the release's own consequence"),
    "computed": Text("beregnes af overførslerne", "computed from the transfers"),
    "none": Text("ikke regnet med", "not counted"),
}

ANALYSIS_NAMES: Final[dict[str, Text]] = {
    "new": Text("ny indsats", "new intervention"),
    "existing": Text("eksisterende indsats", "existing intervention"),
}


def name_area(area: str) -> Text:
    """Return the names of an area; an area the engine does not know is shown by its key."""
    return AREA_NAMES.get(area, Text(area, area))


def join_words(words: list[str] | tuple[str, ...], last: str) -> str:
    """Join words as in running text, `last` (`og`, `eller`, `and`, `or`) before the last one."""
    if len(words) <= 1:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
