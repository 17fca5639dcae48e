"""The engine's version, semantic; the release has its own, by calendar."""

from __future__ import annotations

from importlib import metadata


def _find_version() -> str:
    try:
        return metadata.version("soem-engine")
    except metadata.PackageNotFoundError:
        return "unknown"


VERSION = _find_version()
