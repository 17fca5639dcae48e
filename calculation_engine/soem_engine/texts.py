"""Words the engine shows a user, in Danish and English side by side.

Here: the pair of texts and the fixed names of payers, areas and statuses. Not here: numbers
(`number_format`), warnings (`caveats`), the layout of tables (`terminal`).
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
}

COST_KIND_NAMES: Final[dict[str, Text]] = {
    "start_up": Text("opstart", "start-up"),
    "fixed": Text("fast pr. år", "fixed per year"),
    "per_participant": Text("pr. deltager", "per participant"),
}

INPUT_NAMES: Final[dict[str, Text]] = {
    "name": Text("Navn", "Name"),
    "target_groups": Text("Målgruppe", "Target group"),
    "target_groups.target_group": Text("Målgruppe", "Target group"),
    "target_groups.participants": Text("Deltagere", "Participants"),
    "target_groups.net_success_share": Text("Nettosuccesandel", "Net success share"),
    "target_groups.net_success_share_reason": Text("Begrundelse for succesandel", "Reason for the share"),
    "first_year": Text("Første driftsår", "First year of operation"),
    "horizon_years": Text("Horisont", "Horizon"),
    "price_year": Text("Prisniveau", "Price level"),
    "cost_price_year": Text("Omkostningernes prisniveau", "Price level of the costs"),
    "own_success_measure": Text("Eget succesmål", "Own success measure"),
    "success_measure_comparison": Text("Sammenligning af succesmål", "Success measures compared"),
    "costs": Text("Omkostning", "Cost"),
    "costs.name": Text("Omkostningens navn", "Name of the cost"),
    "costs.kind": Text("Omkostningens art", "Kind of the cost"),
    "costs.amounts_dkk": Text("Omkostningens beløb", "Amount of the cost"),
    "costs.payer": Text("Omkostningens betaler", "Payer of the cost"),
    "costs.saved_alternative": Text("Sparet alternativ", "Saved alternative"),
    "view": Text("Visning", "View"),
    "discounting": Text("Diskontering", "Discounting"),
    "discount_rates_date": Text("Rentens dato", "Date of the rates"),
    "first_consequence_year": Text("Første konsekvensår", "First year of consequences"),
    "consequences": Text("Konsekvenser slået fra", "Consequences switched off"),
    "description": Text("Beskrivelse", "Description"),
    "source": Text("Kilde", "Source"),
}


def name_area(area: str) -> Text:
    """Return the names of an area; an area the engine does not know is shown by its key."""
    return AREA_NAMES.get(area, Text(area, area))


def join_words(words: list[str] | tuple[str, ...], last: str) -> str:
    """Join words as in running text, `last` (`og`, `eller`, `and`, `or`) before the last one."""
    if len(words) <= 1:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
