"""CHANGES.md as a file: two languages in one, and what stands there when nothing was compared.

Belongs here: putting the languages together and taking them apart. Does not belong here: what the page tells
(`pipeline.changes`).
"""

from __future__ import annotations

CHANGES_PAGE = "CHANGES.md"
PAGE_LANGUAGES = ("da", "en")
_BETWEEN = "\n---\n\n"

WITHOUT_COMPARISON = f"""Udgivelsen er ikke sammenlignet med en tidligere.
{_BETWEEN}The release was not compared with an earlier one.
"""


def join_languages(pages: dict[str, str]) -> str:
    """Return one text of a page in each language.

    Parameters
    ----------
    pages : dict of str to str
        By `PAGE_LANGUAGES`.
    """
    return _BETWEEN.join(pages[language] for language in PAGE_LANGUAGES)


def split_languages(text: str) -> dict[str, str]:
    """Return a text by language; one in a single language is that of both.

    Parameters
    ----------
    text : str
        From `join_languages`.
    """
    parts = text.split(_BETWEEN)
    return {PAGE_LANGUAGES[0]: parts[0], PAGE_LANGUAGES[1]: parts[-1]}
