"""A number made again, told beside what was published: how many digits agree, and which steps were independent.

Belongs here: the page. Does not belong here: the numbers (`rebuild_number`), words (`pipeline/passports/words.toml`).
"""

from __future__ import annotations

import math

from pipeline.passports.page_words import PageWords
from pipeline.rebuild.pair_views import Pair
from pipeline.rebuild.rebuild_number import Rebuilt

FARTHEST = 1e-8
"""Numbers further apart than this share of their scale differ."""

MOST_DIGITS = 15
"""A number of this kind holds no more."""

_FILES_NAMED = 5


def is_same(rebuilt: Rebuilt) -> bool:
    """Say whether every number found is the one published."""
    return all(_agrees(pair) for pair in rebuilt.pairs)


def tell_rebuilt(rebuilt: Rebuilt, language: str = "da") -> str:
    """Tell a number made again.

    Parameters
    ----------
    rebuilt : Rebuilt
    language : str
        `da` or `en`.

    Returns
    -------
    str
        Plain text.
    """
    words, passport = PageWords(language), rebuilt.passport
    is_price = passport.price is not None
    title = "price_made_again" if is_price else "made_again"
    lines = [words.say(title, id=passport.number_id, version=passport.made["version"])]
    lines += [words.of(passport.release, "caveat")]
    if not is_price:
        lines += words.wrap(_tell_files(rebuilt, words), "")
    if rebuilt.year != passport.relative_year:
        lines += words.wrap(words.say("year_made_again", year=rebuilt.year), "")
    heads = [words.say(name) for name in ("column_published", "column_found", "column_equal")]
    lines += ["", "{:<38}{:>20}{:>20}{:>16}".format("", *heads)]
    lines += [_tell_pair(pair, words) for pair in rebuilt.pairs]
    lines += ["", *words.wrap(_conclude(rebuilt, words), "")]
    if not is_price:
        lines += words.wrap(words.say("digits_mean"), "")
    lines += ["", words.say("independent_title")]
    for sentence in ("independent_price",) if is_price else ("independent", "shared"):
        lines += words.wrap(words.say(sentence))
    return "\n".join(lines) + "\n"


def _tell_files(rebuilt: Rebuilt, words: PageWords) -> str:
    names = rebuilt.other_files
    if not names:
        return words.say("same_files")
    shown = ", ".join(names[:_FILES_NAMED]) + (" …" if len(names) > _FILES_NAMED else "")
    return words.say("other_files", n=len(names), names=shown)


def _tell_pair(pair: Pair, words: PageWords) -> str:
    numbers = [_write(value, words) for value in (pair.published, pair.found)]
    if not _agrees(pair):
        told = words.say("differs")
    elif not pair.distance:
        told = words.say("exactly")
    else:
        told = words.say("digits", n=count_digits(pair.distance))
    return f"{_name(pair, words):<38}{numbers[0]:>20}{numbers[1]:>20}{told:>16}"


def count_digits(distance: float) -> int:
    """Return to how many digits two numbers agree that are a share of their scale apart.

    Examples
    --------
    >>> count_digits(3e-12)
    11
    """
    return min(MOST_DIGITS, math.floor(-math.log10(distance)))


def _agrees(pair: Pair) -> bool:
    return pair.distance is not None and pair.distance <= FARTHEST


def _write(value: float | None, words: PageWords) -> str:
    if value is None:
        return words.say("withheld_here")
    text = f"{value:.12g}".replace("-", "−")
    return text.replace(".", ",") if words.language == "da" else text


def _name(pair: Pair, words: PageWords) -> str:
    kind, _, code = pair.name.partition(":")
    if kind == "covariate":
        return words.say("covariate_part", name=words.name("covariate", code).lower())
    if kind == "view":
        return words.say("view_value", name=code)
    if kind in ("municipality", "region", "state"):
        return words.say("payer_price", name=words.name("payer", kind))
    return words.say(kind)


def _conclude(rebuilt: Rebuilt, words: PageWords) -> str:
    pairs = rebuilt.pairs
    apart = [pair for pair in pairs if not _agrees(pair)]
    if apart:
        names = ", ".join(_name(pair, words) for pair in apart)
        return words.say("some_differ", n_differ=len(apart), n=len(pairs), names=names)
    farthest = max(pair.distance or 0.0 for pair in pairs)
    if not farthest:
        return words.say("all_exact", n=len(pairs))
    return words.say("all_equal", n=len(pairs), digits=count_digits(farthest))
