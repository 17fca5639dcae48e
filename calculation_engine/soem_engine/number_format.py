"""Numbers as text: the Danish way (1.234.567,8) or the English way (1,234,567.8).

Here: formatting only. Not here: what is shown where (`terminal`).
"""

from __future__ import annotations

import math

from soem_engine.texts import Language

_SWAP = str.maketrans({",": ".", ".": ","})


def format_number(value: float, language: Language, decimals: int = 0) -> str:
    """Return a number with separators of thousands; a number that rounds to zero carries no minus sign.

    Parameters
    ----------
    value
        The number; `nan` becomes a dash.
    language
        `da`: 1.234.567,8 · `en`: 1,234,567.8.
    decimals
        Digits after the decimal sign.

    Examples
    --------
    >>> format_number(-1234567.8, "da")
    '-1.234.568'
    """
    if math.isnan(value):
        return "-"
    text = f"{value:,.{decimals}f}"
    if text.startswith("-") and not any(digit in text for digit in "123456789"):
        text = text[1:]
    return text.translate(_SWAP) if language == "da" else text


def format_dkk(value: float, language: Language, decimals: int = 0) -> str:
    """Return an amount of money with its unit: `1.234 kr.` or `DKK 1,234`."""
    number = format_number(value, language, decimals)
    return f"{number} kr." if language == "da" else f"DKK {number}"


def format_share(share: float, language: Language, decimals: int = 0) -> str:
    """Return a share (0-1) as per cent: `12,5 %`."""
    return f"{format_number(100 * share, language, decimals)} %"


def format_chance(chance: float, language: Language, decimals: int = 0) -> str:
    """Return a chance (0-1) found by draws as per cent; never certain: `over 99 %`, `under 1 %`.

    Examples
    --------
    >>> format_chance(1.0, "da"), format_chance(0.9999, "da", 1)
    ('over 99 %', 'over 99,9 %')
    """
    least, shown = 10.0**-decimals / 100, float(f"{100 * chance:.{decimals}f}")
    if shown >= 100:
        return f"over {format_share(1.0 - least, language, decimals)}"
    if shown <= 0:
        return f"under {format_share(least, language, decimals)}"
    return format_share(chance, language, decimals)


def format_plain(value: float, language: Language) -> str:
    """Return a number a user typed with as many decimals as it needs, no more than six."""
    text = f"{value:,.6f}".rstrip("0").rstrip(".")
    return text.translate(_SWAP) if language == "da" else text


def format_years(years: list[int] | tuple[int, ...]) -> str:
    """Return years as ranges: `[1, 2, 3, 7]` becomes `1-3, 7`."""
    parts: list[str] = []
    for year in sorted(set(years)):
        first, _, last = parts[-1].partition("-") if parts else ("", "", "")
        if parts and int(last or first) == year - 1:
            parts[-1] = f"{first}-{year}"
        else:
            parts.append(str(year))
    return ", ".join(parts)
