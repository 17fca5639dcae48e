"""The names of the inputs as a user reads them, in Danish and English.

Here: one pair of texts for each place in an intervention file. Not here: other words (`texts`).
"""

from __future__ import annotations

import re
from typing import Final

from soem_engine.texts import REIMBURSEMENT_NAMES, TAX_NAMES, Text

INPUT_NAMES: Final[dict[str, Text]] = {
    "name": Text("Navn", "Name"),
    "target_groups": Text("Målgruppe", "Target group"),
    "target_groups.target_group": Text("Målgruppe", "Target group"),
    "target_groups.participants": Text("Deltagere", "Participants"),
    "target_groups.starting": Text("Personer, der starter", "Persons starting"),
    "target_groups.duration_months": Text("Forløbets længde", "Length of the course"),
    "target_groups.dropout_share": Text("Frafald", "Dropout"),
    "target_groups.net_success_share": Text("Nettosuccesandel", "Net success share"),
    "target_groups.net_success_share_reason": Text("Begrundelse for succesandel", "Reason for the share"),
    "target_groups.success_chain": Text("Nettosuccesandel fra effekt", "Net success share from an effect"),
    "target_groups.success_chain.effect_study": Text("Effektstudie", "Effect study"),
    "target_groups.success_chain.effect_size": Text("Effektstørrelse", "Effect size"),
    "target_groups.success_chain.base_share": Text("Basisandel", "Base share"),
    "target_groups.own_group": Text("Egen målgruppe", "Own target group"),
    "first_year": Text("Første driftsår", "First year of operation"),
    "horizon_years": Text("Horisont", "Horizon"),
    "price_year": Text("Prisniveau", "Price level"),
    "cost_price_year": Text("Omkostningernes prisniveau", "Price level of the costs"),
    "own_success_measure": Text("Eget succesmål", "Own success measure"),
    "success_measure_comparison": Text("Sammenligning af succesmål", "Success measures compared"),
    "same_success_measure": Text("Samme succesmål som SØM", "Same success measure as SØM's"),
    "costs": Text("Omkostning", "Cost"),
    "costs.name": Text("Omkostningens navn", "Name of the cost"),
    "costs.kind": Text("Omkostningens art", "Kind of the cost"),
    "costs.amounts_dkk": Text("Omkostningens beløb", "Amount of the cost"),
    "costs.payer": Text("Omkostningens betaler", "Payer of the cost"),
    "costs.saved_alternative": Text("Sparet alternativ", "Saved alternative"),
    "costs.items": Text("Omkostningsark", "Cost sheet"),
    "costs.items.hours": Text("Timer", "Hours"),
    "costs.items.wage_dkk": Text("Timeløn", "Hourly wage"),
    "costs.items.overhead_share": Text("Overhead på løn", "Overhead on wages"),
    "costs.items.quantity": Text("Antal", "Quantity"),
    "costs.items.unit_cost_dkk": Text("Pris pr. stk.", "Cost per unit"),
    "costs.single_cases": Text("Særligt dyr enkeltsag", "Specially expensive single case"),
    "view": Text("Visning", "View"),
    "discounting": Text("Diskontering", "Discounting"),
    "discount_rate": Text("Diskonteringsrente", "Discount rate"),
    "discount_rates_date": Text("Rentens dato", "Date of the rates"),
    "first_consequence_year": Text("Første konsekvensår", "First year of consequences"),
    "consequences": Text("Konsekvenser slået fra", "Consequences switched off"),
    "own_consequences": Text("Egne data", "Own data"),
    "own_consequences.values": Text("Egne data, værdier", "Own data, values"),
    "while_running": Text("Mens indsatsen kører", "While the intervention runs"),
    "while_running.change": Text("Ændring, mens indsatsen kører", "Change while the intervention runs"),
    "own_prices": Text("Egen pris", "Own price"),
    "own_prices.price_dkk": Text("Egen pris, kr.", "Own price, kr."),
    "taper": Text("Nedtrapning", "Taper"),
    "survival_weighting": Text("Vægtning med overlevelse", "Survival weighting"),
    "reimbursement": Text("Refusion", "Reimbursement"),
    "tax_on_transfers": Text("Skat af overførsler", "Tax on transfers"),
    "committees": Text("Udvalgsstruktur", "Committee structure"),
    "ranges": Text("Interval", "Range"),
    "analysis": Text("Type af analyse", "Type of analysis"),
    "description": Text("Beskrivelse", "Description"),
    "source": Text("Kilde", "Source"),
    "assumed": Text("Antagelser", "Assumptions"),
}


_YES_NO: Final = (Text("nej", "no"), Text("ja", "yes"))

VALUE_NAMES: Final[dict[tuple[str, str], Text]] = {
    ("taper", "taper"): Text("med nedtrapning", "with taper"),
    ("taper", "no_taper"): Text("uden nedtrapning", "without taper"),
    ("first_consequence_year", "year_of_completion"): Text("året, forløbet afsluttes", "year of completion"),
    ("first_consequence_year", "year_after_completion"): Text("året efter", "the year after"),
    ("discounting", "release"): Text("udgivelsens renter", "the release's rates"),
    ("discounting", "none"): Text("ingen", "none"),
    ("survival_weighting", "false"): _YES_NO[0],
    ("survival_weighting", "true"): _YES_NO[1],
    ("reimbursement", "by_date"): REIMBURSEMENT_NAMES["by_date"],
    ("reimbursement", "as_priced"): REIMBURSEMENT_NAMES["as_priced"],
    **{("tax_on_transfers", value): name for value, name in TAX_NAMES.items()},
}
"""What a switch can be set to, by input and value."""


def name_input(place: str) -> Text:
    """Return the name of an input by its place; `costs[2].payer` is named as `costs.payer`.

    A place without a name of its own takes that of the place around it.
    """
    plain = re.sub(r"\[\d+\]", "", place)
    while plain:
        if plain in INPUT_NAMES:
            return INPUT_NAMES[plain]
        plain = plain.rpartition(".")[0]
    return Text(place, place)
