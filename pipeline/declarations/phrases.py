"""One condition as a phrase that follows "har" / "have", and the registers it is read in.

Belongs here: event tables, codes and facts in words. Does not belong here: joining conditions into sentences
(`prose`).
"""

from __future__ import annotations

from pipeline.declarations.covariates import load_covariates
from pipeline.declarations.rules import AttributeFilter, EventCondition, PersonCondition
from pipeline.declarations.vocabulary import EVENT_TABLES
from pipeline.declarations.words import Words, join_and, join_or

_PLACEMENTS = {"kinship", "foster", "institution"}
_ADULT_AGE = 18


def tell_event(condition: EventCondition, words: Words, language: str, age_from: int) -> str:
    """Give the phrase of an event condition, its bounds included, a negation not.

    Parameters
    ----------
    condition : EventCondition
        A positive condition, or the one that a negative condition denies.
    words : Words
        The words.
    language : str
        'da' or 'en'.
    age_from : int
        Lowest age of the target group: measures from age 18 are after-care.
    """
    phrase = _tell_rows(condition, words, language, age_from)
    if condition.measures == ("n_completed",) and condition.at_least == 1 and condition.at_most is None:
        return phrase
    unit = words.first("units", ["+".join(condition.measures)], language) if condition.measures else ""
    bounds = []
    if (condition.at_least or 0) > 1:
        bounds.append(f"{'mindst' if language == 'da' else 'at least'} {condition.at_least}")
    if (condition.at_most or 0) > 0:
        bounds.append(f"{'højst' if language == 'da' else 'at most'} {condition.at_most}")
    return f"{phrase}, {join_and(bounds, language)} {unit}" if bounds else phrase


def _tell_rows(condition: EventCondition, words: Words, language: str, age_from: int) -> str:
    table = condition.events
    if table == "hospital_diagnoses":
        return _tell_diagnoses(condition, words, language)
    if table in ("practitioner_contacts", "dispensings"):
        return _tell_codes(condition, words, language)
    if table == "hospital_contacts":
        return _tell_contacts(condition, words, language)
    keys = [f"{table}.{'+'.join(condition.measures)}"] if condition.measures else []
    if table == "drug_courses":
        keys = [f"{table}.n_completed"] if condition.measures == ("n_completed",) else []
        keys += [f"{table}.{word}" for word in _drug_words(condition)]
    elif condition.where:
        values = _values(condition.where[0])
        whole = len(values) == len(EVENT_TABLES[table].attributes[0].values)
        if not whole and words.find("phrases", f"{table}.{'+'.join(sorted(values))}", language) is None:
            return join_or([words.first("phrases", [f"{table}.{v}"], language) for v in values], language)
        keys += [] if whole else [f"{table}.{'+'.join(sorted(values))}"]
    if table == "child_measures" and age_from >= _ADULT_AGE:
        keys.append(f"{table}.aftercare")
    return words.first("phrases", [*keys, table], language)


def _drug_words(condition: EventCondition) -> list[str]:
    found = []
    for item in condition.where:
        values = _values(item)
        if item.attribute == "is_substitution":
            found.append("substitution" if values == (True,) else "no_substitution")
        elif len(values) == 1:
            found.append(str(values[0]))
    return found


def _values(item: AttributeFilter, events: str = "") -> tuple[str | bool, ...]:
    """Give the values a filter keeps, a negation turned into the other values of the closed list."""
    if not item.is_negated:
        return item.values
    every: tuple[str | bool, ...] = (True, False)
    for table in EVENT_TABLES.values():
        attribute = table.attribute(item.attribute)
        if attribute is not None and attribute.values and set(item.values) <= set(attribute.values):
            every = attribute.values
    return tuple(value for value in every if value not in item.values)


def _tell_contacts(condition: EventCondition, words: Words, language: str) -> str:
    table = EVENT_TABLES["hospital_contacts"]
    kept = {a.name: a.values for a in table.attributes}
    for item in condition.where:
        kept[item.attribute] = tuple(str(value) for value in _values(item))
    types = kept["contact_type"]
    all_types = len(types) == 3
    phrases = [
        words.first(
            "phrases", [f"hospital_contacts.{hospital}" + ("" if all_types else f".{kind}")], language
        )
        for hospital in kept["hospital"]
        for kind in (types[:1] if all_types else types)
    ]
    return join_or(phrases, language)


def _tell_diagnoses(condition: EventCondition, words: Words, language: str) -> str:
    keys, codes = [], ""
    for item in condition.where:
        if item.attribute == "hospital":
            keys = (
                [f"hospital_diagnoses.{value}" for value in _values(item)] if len(_values(item)) == 1 else []
            )
        else:
            codes = _tell_diagnosis_codes(item, words, language)
    return words.first("phrases", [*keys, "hospital_diagnoses"], language) + codes


def _tell_diagnosis_codes(item: AttributeFilter, words: Words, language: str) -> str:
    told = [_tell_code(str(value), "diagnoses", words, language) for value in item.values]
    if item.is_negated:
        return (
            " med en anden diagnose end " if language == "da" else " with another diagnosis than "
        ) + join_or(told, language)
    if len(told) > 1 or "-" in str(item.values[0]):
        start = " med en af diagnoserne " if language == "da" else " with one of the diagnoses "
    else:
        start = " med diagnosen " if language == "da" else " with the diagnosis "
    return start + join_or(told, language)


def _tell_code(code: str, section: str, words: Words, language: str) -> str:
    shown = "–".join(f"{end[:3]}.{end[3:]}" if len(end) > 3 else end for end in code.split("-"))
    name = words.find(section, code, language)
    return f"{shown} ({name})" if name else shown


def _tell_codes(condition: EventCondition, words: Words, language: str) -> str:
    phrase = words.first("phrases", [condition.events], language)
    if not condition.where:
        other = {
            "practitioner_contacts": ("en læge eller behandler", "a practitioner"),
            "dispensings": ("medicin", "medicine"),
        }
        return f"{phrase} {other[condition.events][0 if language == 'da' else 1]}"
    item = condition.where[0]
    codes = [str(value) for value in item.values]
    if condition.events == "dispensings":
        names = [
            words.find("atc", code, language) or ("medicin" if language == "da" else "medicine")
            for code in codes
        ]
        code_word = "ATC-kode" if language == "da" else "ATC code"
        return f"{phrase} {join_or(list(dict.fromkeys(names)), language)} ({code_word} {join_or(codes, language)})"
    return f"{phrase} {_tell_specialities(codes, item.is_negated, words, language)}"


def _tell_specialities(codes: list[str], is_negated: bool, words: Words, language: str) -> str:
    names = [words.find("specialities", code, language) for code in codes]
    known = [name for name in names if name]
    listed = join_and(codes, language)
    plural = len(codes) > 1
    if language == "da":
        number = f"(sygesikringens {'specialer' if plural else 'speciale'} {listed})"
        if is_negated:
            return f"en anden behandler i privat praksis end {join_or(known or codes, language)} {number}"
        return f"{join_or(known or ['behandler'], language)} i privat praksis {number}"
    number = f"(health insurance {'specialities' if plural else 'speciality'} {listed})"
    if is_negated:
        return f"another practitioner in private practice than {join_or(known or codes, language)} {number}"
    return f"{join_or(known or ['a practitioner'], language)} in private practice {number}"


def tell_person(condition: PersonCondition, words: Words, language: str) -> str:
    """Give the phrase of a fact about the person; its values have their names in covariates.toml."""
    keys = [f"person.{condition.attribute}.{condition.values[0]}"] if len(condition.values) == 1 else []
    phrase = words.find("phrases", keys[0], language) if keys and not condition.is_negated else None
    if phrase is not None:
        return phrase
    names = _name_levels(condition.attribute, language)
    told = join_or([f"»{names[value]}«" for value in condition.values], language)
    other = {"da": "en anden end ", "en": "other than "}[language] if condition.is_negated else ""
    return f"{words.first('phrases', [f'person.{condition.attribute}'], language)} {other}{told}"


def _name_levels(column: str, language: str) -> dict[str, str]:
    names = {
        level.level: getattr(level.name, language)
        for covariate in load_covariates().covariates
        for level in covariate.levels
        if covariate.column == column
    }
    return {level: name[0].lower() + name[1:] for level, name in names.items()}


def list_registers(condition: EventCondition | PersonCondition) -> tuple[str, ...]:
    """Give the keys, in words.toml's [registers], of what a condition is read in."""
    if isinstance(condition, PersonCondition):
        for word in ("employment", "education"):
            if word in condition.attribute:
                return (f"person.{word}",)
        return ("person.population",)
    if condition.events != "child_measures":
        return (condition.events,)
    kept = set(_values(condition.where[0])) if condition.where else {*_PLACEMENTS, "preventive", "home_based"}
    placement = ("child_measures.placement",) if kept & _PLACEMENTS else ()
    support = ("child_measures.support",) if kept - _PLACEMENTS else ()
    return (*placement, *support)
