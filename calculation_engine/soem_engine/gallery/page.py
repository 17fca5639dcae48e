"""The gallery as a Markdown page, in Danish or English.

Here: what the page says. Not here: where its numbers come from (`published`).
"""

from __future__ import annotations

from collections.abc import Iterator

from soem_engine.gallery.published import GalleryEntry
from soem_engine.input_names import name_input
from soem_engine.number_format import format_number, format_plain, format_share
from soem_engine.release import Release
from soem_engine.result import Result
from soem_engine.texts import PAYER_NAMES, Language, Text

_PRINTED = Text("Offentliggjort, ikke genberegnet", "Published, not reproduced")


def format_gallery(entries: tuple[GalleryEntry, ...], release: Release, language: Language) -> str:
    """Return the page."""
    lines = [
        *_open(release, language),
        *_list_shared_caveats(entries, language),
        *_table(entries, language),
        *(line for entry in entries for line in _section(entry, _find_shared(entries), language)),
    ]
    return "\n".join(lines) + "\n"


def _say(danish: str, english: str, language: Language) -> str:
    return danish if language == "da" else english


def _open(release: Release, language: Language) -> Iterator[str]:
    title = _say("Offentliggjorte SØM-beregninger", "Published SØM calculations", language)
    yield f"# {title}: {_say('udgivelse', 'release', language)} {release.info.version}"
    yield ""
    yield _say(
        "Input er dem, der er trykt; det, der ikke er trykt, er antaget og står under hver beregning. "
        "De offentliggjorte "
        "resultater hviler på konsekvenser og priser, der ikke er offentlige: de er vist, ikke "
        "genberegnet, og forskellen "
        "til vores tal er ikke et mål for nogens fejl.",
        "Inputs are those printed; what is not printed is assumed and stands below each calculation. "
        "The published "
        "results rest on consequences and prices that are not public: they are shown, not reproduced, "
        "and the difference "
        "from ours measures nobody's error.",
        language,
    )
    yield ""


def _flatten(text: Text, language: Language) -> str:
    """Return a text on one line: a new line would end the item of the list."""
    return " ".join(text.pick(language).split())


def _find_shared(entries: tuple[GalleryEntry, ...]) -> set[Text]:
    """Return the warnings every calculation has."""
    sets = [{caveat.text for caveat in entry.ours.caveats} for entry in entries if entry.ours is not None]
    return set.intersection(*sets) if sets else set()


def _list_shared_caveats(entries: tuple[GalleryEntry, ...], language: Language) -> Iterator[str]:
    shared = _find_shared(entries)
    if not shared:
        return
    yield f"## {_say('Forbehold ved alle beregninger', 'Warnings of all calculations', language)}"
    yield ""
    first = next(entry.ours for entry in entries if entry.ours is not None)
    yield from (f"- {_flatten(caveat.text, language)}" for caveat in first.caveats if caveat.text in shared)
    yield ""


def _table(entries: tuple[GalleryEntry, ...], language: Language) -> Iterator[str]:
    yield f"## {_say('Resultater', 'Results', language)}"
    yield ""
    yield _row(
        _say("Beregning", "Calculation", language),
        _PRINTED.pick(language),
        _name_ours(entries).pick(language),
        _say("pr. deltager", "per participant", language),
        *(PAYER_NAMES[payer].pick(language) for payer in PAYER_NAMES),
    )
    yield "|---|---|" + "---:|" * (2 + len(PAYER_NAMES))
    for entry in entries:
        numbers = ["–"] * (2 + len(PAYER_NAMES))
        if entry.ours is not None:
            ours = entry.ours
            values = (
                ours.net_present_value,
                ours.net_present_value_per_participant,
                *ours.net_present_value_by_payer,
            )
            numbers = [format_number(float(value), language) for value in values]
        yield _row(entry.name, entry.published.result.pick(language), *numbers)
    yield ""
    yield _say(
        "Nettonutidsværdi i beregningens eget prisniveau; plus: det offentlige sparer.",
        "Net present value in the calculation's own price level; plus: the public sector saves.",
        language,
    )
    yield ""


def _name_ours(entries: tuple[GalleryEntry, ...]) -> Text:
    if any(entry.ours is not None and entry.ours.release.is_sample for entry in entries):
        return Text("Vores, på eksempelregistre, kr.", "Ours, on sample registers, DKK")
    return Text("Vores, kr.", "Ours, DKK")


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


def _section(entry: GalleryEntry, shared: set[Text], language: Language) -> Iterator[str]:
    yield f"## {entry.name}"
    yield ""
    ours = entry.ours
    if ours is None:
        yield _say("Udgivelsen har ikke målgruppen.", "The release has not the target group.", language)
        yield ""
        return
    yield from _describe(ours, language)
    yield f"- {_PRINTED.pick(language)}: {entry.published.result.pick(language)}"
    yield from (f"- {line}" for line in _list_assumed(ours, language))
    for caveat in ours.caveats:
        if caveat.text not in shared:
            yield f"- {_say('Forbehold', 'Warning', language)}: {_flatten(caveat.text, language)}"
    yield ""


def _describe(ours: Result, language: Language) -> Iterator[str]:
    intervention = ours.intervention
    for part in ours.parts:
        persons = format_plain(float(part.completing.sum()), language)
        share = format_share(part.success.share, language)
        group = part.group.name.pick(language)
        yield "- " + _say(
            f"{group}: {persons} deltagere, nettosuccesandel {share}",
            f"{group}: {persons} participants, net success share {share}",
            language,
        )
    yield "- " + _say(
        f"{intervention.first_year}-{intervention.last_year}, {intervention.price_year}-priser, "
        f"visning {intervention.view}",
        f"{intervention.first_year}-{intervention.last_year}, prices of {intervention.price_year}, "
        f"view {intervention.view}",
        language,
    )
    yield f"- {_say('Kilde', 'Source', language)}: {intervention.source}"
    measure = _say("Eget succesmål", "Own success measure", language)
    yield f"- {measure}: {intervention.own_success_measure}. {intervention.success_measure_comparison}"


def _list_assumed(ours: Result, language: Language) -> Iterator[str]:
    for assumption in ours.intervention.assumed:
        name = name_input(assumption.input).pick(language)
        yield f"{_say('Antaget', 'Assumed', language)}, {name}: {assumption.why}"
