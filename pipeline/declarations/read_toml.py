"""Reading a TOML file of declarations, with its mistakes as problems instead of exceptions.

Belongs here: bytes to a dictionary, and checks of keys and texts that every declaration shares. Does not belong
here: what a key means.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.declarations.problems import Problems


@dataclass(frozen=True)
class Text:
    """The same text in Danish and in English."""

    da: str
    en: str


def read_toml(path: Path, where: str, problems: Problems) -> dict[str, Any] | None:
    """Read a TOML file.

    Parameters
    ----------
    path : Path
        The file.
    where : str
        How messages name it (a path inside the repository, never one of the machine).
    problems : Problems
        Grows when the file is missing, not UTF-8 or not TOML.

    Returns
    -------
    dict or None
        None when the file could not be read.
    """
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8"))
    except FileNotFoundError:
        problems.add(where, "no such file", "a TOML file", "add the file, or mend the name")
    except UnicodeDecodeError as error:
        problems.add(
            where,
            f"byte {error.start} is not UTF-8",
            "UTF-8 text",
            "save the file as UTF-8 (æ, ø and å are two bytes)",
        )
    except tomllib.TOMLDecodeError as error:
        problems.add(where, *_tell_syntax_error(str(error)))
    problems.not_checked.append(where)
    return None


def _tell_syntax_error(message: str) -> tuple[str, str, str]:
    if "overwrite" in message.lower() or "twice" in message.lower() or "mutate" in message.lower():
        return (f"the same key twice: {message}", "every key once", "delete one of the two")
    return (f"not TOML: {message}", "TOML 1.0", "mend the line; texts stand in quotes, tables in [brackets]")


def check_keys(
    table: dict[str, Any], where: str, required: Iterable[str], optional: Iterable[str], problems: Problems
) -> bool:
    """Check that a table has the required keys and no unknown ones; False if a required key is missing."""
    required, optional = tuple(required), tuple(optional)
    for key in table:
        if key not in required and key not in optional:
            problems.add_unknown(where, key, (*required, *optional), "key")
    missing = [key for key in required if key not in table]
    for key in missing:
        problems.add(where, f"no key {key!r}", f"a value for {key!r}; there is no default", f"add {key}")
    return not missing


def take_word(table: dict[str, Any], key: str, where: str, known: Iterable[str], problems: Problems) -> str:
    """Take a word from a closed list; '' and a problem when it is not one (a missing key is silent here)."""
    if key not in table:
        return ""
    value, known = table[key], tuple(known)
    if not isinstance(value, str):
        problems.add(f"{where}: {key}", f"{value!r}", f"one of {', '.join(known)}", "write one of the words")
        return ""
    if value not in known:
        problems.add_unknown(f"{where}: {key}", value, known, key)
        return ""
    return value


def take_string(table: dict[str, Any], key: str, where: str, problems: Problems) -> str:
    """Take a text that is not empty; '' and a problem when there is none (a missing key is silent here)."""
    if key not in table:
        return ""
    value = table[key]
    if not isinstance(value, str) or not value.strip():
        problems.add(f"{where}: {key}", f"{value!r}", "a text that is not empty", f"write {key}")
        return ""
    return " ".join(value.split())


def take_whole_number(
    table: dict[str, Any], key: str, where: str, lowest: int, problems: Problems
) -> int | None:
    """Take a whole number; None and a problem when it is not one (a missing key is silent here)."""
    if key not in table:
        return None
    value = table[key]
    if isinstance(value, bool) or not isinstance(value, int) or value < lowest:
        problems.add(f"{where}: {key}", f"{value!r}", f"a whole number, {lowest} or more", f"mend {key}")
        return None
    return value


def take_text(value: Any, where: str, problems: Problems) -> Text:
    """Take a text in both languages, `{ da = "…", en = "…" }`; what is missing is a problem."""
    if not isinstance(value, dict):
        problems.add(
            where, f"{type(value).__name__}", "a table with da and en", 'write da = "…" and en = "…"'
        )
        return Text("", "")
    for key in value:
        if key not in ("da", "en"):
            problems.add_unknown(where, key, ("da", "en"), "key")
    texts = {}
    for key, language in (("da", "Danish"), ("en", "English")):
        text = value.get(key)
        if not isinstance(text, str) or not text.strip():
            problems.add(f"{where}: {key}", f"no {language} text", f"the text in {language}", f"add {key}")
            text = ""
        texts[key] = " ".join(text.split())
    return Text(**texts)


def hash_content(*contents: dict[str, Any]) -> str:
    """Give the SHA-256 of parsed files; comments, order of keys and white space between them do not count."""
    text = json.dumps(contents, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
