"""What the engine reads of a release's manifest: the day it was made, and how long its database is.

Here: a manifest that is missing or cannot be read says nothing. Not here: the database itself (`release`).
"""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any, Final

from soem_engine.errors import ProblemList
from soem_engine.texts import Text

MANIFEST: Final = "manifest.json"
FETCH_AGAIN: Final = Text(
    "hent udgivelsen igen, eller vælg en anden", "fetch the release again, or choose another"
)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return a release's manifest; empty where there is none that can be read."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def read_date(manifest: dict[str, Any]) -> datetime.date | None:
    """Return the day a release was made, as its manifest says; None where it does not."""
    try:
        return datetime.datetime.fromisoformat(manifest["made_at"]).date()
    except (ValueError, KeyError, TypeError):
        return None


def check_size(database: Path, manifest: dict[str, Any], problems: ProblemList) -> None:
    """Check that the database has the bytes the manifest says: a copy cut short may still open."""
    try:
        published = int(manifest["files"][database.name]["bytes"])
    except (KeyError, TypeError, ValueError):
        return
    if not database.is_file() or database.stat().st_size == published:
        return
    found = database.stat().st_size
    problems.add(
        database.name,
        Text(f"en fil på {found} byte", f"a file of {found} bytes"),
        Text(f"{published} byte, som manifest.json siger", f"{published} bytes, as manifest.json says"),
        FETCH_AGAIN,
    )
