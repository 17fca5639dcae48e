"""What is wrong with how a file is written, in the user's words: its syntax, its brackets.

Here: the place, and what is usually behind it. Not here: reading files (`intervention_file`) and values
(`record_reading`).
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Final

from soem_engine.errors import CORRECT_VALUE, LIST, TABLE, Problem, show_value
from soem_engine.texts import Text

_TWICE: Final = re.compile(r"Cannot (declare|overwrite|mutate)|already")
_TEXTS: Final = re.compile(r'"[^"]*"?')
_BY_LINE: Final[tuple[tuple[re.Pattern[str], Text], ...]] = (
    (
        re.compile(r"\d{1,3}(\.\d{3}){2,}"),
        Text(
            "skriv tal uden tusindtalspunktum, fx 1200000",
            "write numbers without thousands separators, as 1200000",
        ),
    ),
    (
        re.compile(r"[=\[,]\s*[+-]?[\d.]+\s*(%|kr)"),
        Text(
            "skriv tallet uden enhed; 10 % skrives 0.10",
            "write the number without its unit; 10 % is written 0.10",
        ),
    ),
    (
        re.compile(r"=\s*[+-]?\d+,\d+\s*($|[,}\]#])"),
        Text(
            "decimaltal skrives med punktum, fx 0.15 og ikke 0,15",
            "decimals are written with a point: 0.15, not 0,15",
        ),
    ),
    (
        re.compile(r"(^|[{,])[^\"'#={,]*[^\x00-\x7f][^\"'#=]*="),
        Text(
            'skriv navne med æ, ø og å i anførselstegn, fx "Børneudvalget" = 1',
            'write names with other letters than a-z in quotation marks: "Børneudvalget" = 1',
        ),
    ),
    (
        re.compile(r"=\s*(ja|nej|sand|falsk|yes|no|True|False)\b"),
        Text("skriv true eller false", "write true or false"),
    ),
    (
        re.compile(r"=\s*(?!(true|false|inf|nan)\b)[^\W\d]"),
        Text('skriv tekst i anførselstegn, fx "Støtteperson"', 'write text in quotation marks, as "Support"'),
    ),
)
_CORRECT: Final = Text(
    "ret filen på det nævnte sted; decimaltal skrives med punktum, tekst i anførselstegn",
    "correct the file at that place; decimals have a point, texts quotation marks",
)


def find_syntax_problem(
    name: str, text: str, error: tomllib.TOMLDecodeError | json.JSONDecodeError
) -> Problem:
    """Return what is wrong with the syntax of a file, where, and what to write instead.

    Parameters
    ----------
    name, text
        The file's name and what it holds.
    error
        What the parser said.
    """
    kind = "JSON" if isinstance(error, json.JSONDecodeError) else "TOML"
    number = _find_line(error)
    lines = text.splitlines()
    line = lines[number - 1].strip() if number is not None and number <= len(lines) else ""
    shown = show_value(line)
    found = Text("en syntaksfejl sidst i filen", "a syntax error at the end of the file")
    if line:
        found = Text(
            f"en syntaksfejl i linje {number}: {shown.da}", f"a syntax error in line {number}: {shown.en}"
        )
    return Problem(name, found, Text(f"gyldig {kind}", f"valid {kind}"), _advise(str(error), line))


def _find_line(error: tomllib.TOMLDecodeError | json.JSONDecodeError) -> int | None:
    if isinstance(error, json.JSONDecodeError):
        return error.lineno
    place = re.search(r"\(at line (\d+)", str(error))
    return int(place[1]) if place else None


def _advise(message: str, line: str) -> Text:
    if _TWICE.search(message):
        return Text(
            "et navn må stå en gang; flere tabeller af samme slags skrives med dobbelte klammer, fx [[costs]]",
            "a name may stand once; several tables of a kind are written in double brackets: [[costs]]",
        )
    outside = _TEXTS.sub('""', line)
    return next((advice for pattern, advice in _BY_LINE if pattern.search(outside)), _CORRECT)


def describe_not_a_table(data: object, where: str) -> tuple[Text, Text, Text]:
    """Say what is wrong, and where `[[name]]` stands for `[name]`, which brackets to write."""
    name = re.sub(r"\[\d+\]", "", where)
    if not (name and isinstance(data, list)):
        return show_value(data), TABLE, CORRECT_VALUE
    found = Text(f"en liste: [[{name}]] eller [...]", f"a list: [[{name}]] or [...]")
    do_this = Text(f"skriv [{name}] med enkelte klammer", f"write [{name}] in single brackets")
    return found, TABLE, do_this


def describe_not_a_list(value: object, place: str) -> tuple[Text, Text, Text]:
    """Say what is wrong, and where `[name]` stands for `[[name]]`, which brackets to write."""
    if not isinstance(value, Mapping):
        return show_value(value), LIST, CORRECT_VALUE
    name = re.sub(r"\[\d+\]", "", place)
    found = Text(f"en enkelt tabel: [{name}]", f"a single table: [{name}]")
    do_this = Text(
        f"skriv [[{name}]] med dobbelte klammer, en gang for hver",
        f"write [[{name}]] in double brackets, once for each",
    )
    return found, LIST, do_this
