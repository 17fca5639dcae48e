"""Where built tables lie, and how one is replaced whole: staged in a hidden folder, checked, then moved in place.

Belongs here: paths and the note beside each table (its data version and counts). Does not belong here: what any
table holds, or when it is out of date (`versions`).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WHOLE = "all"


@dataclass(frozen=True)
class TableStore:
    """The folder of built tables: `<root>/<asset>/<partition>/…parquet` with a note `built.json` beside the data.

    Attributes
    ----------
    root : Path
        `outputs/tables`.
    """

    root: Path

    def folder(self, asset: str, partition: str = WHOLE) -> Path:
        """Return the folder that holds one asset's partition, whether or not it is built."""
        return self.root / asset / partition

    def pattern(self, asset: str, partition: str | None = None) -> str:
        """Return the glob of Parquet files of one partition, or of all partitions."""
        return str(self.root / asset / (partition or "*") / "*.parquet")

    def is_built(self, asset: str, partition: str = WHOLE) -> bool:
        """Say whether the partition is there."""
        return (self.folder(asset, partition) / "built.json").exists()

    def note(self, asset: str, partition: str = WHOLE) -> dict[str, Any]:
        """Return what was noted when the partition was built; empty when it is not built."""
        try:
            return json.loads((self.folder(asset, partition) / "built.json").read_text("utf-8"))
        except FileNotFoundError:
            return {}

    def version(self, asset: str, partition: str = WHOLE) -> str | None:
        """Return the data version of a built partition, None when it is not built."""
        return self.note(asset, partition).get("data_version")

    @contextmanager
    def replace(
        self, asset: str, version: str, partition: str = WHOLE, note: Mapping[str, Any] | None = None
    ) -> Iterator[tuple[Path, dict[str, Any]]]:
        """Build one partition in a hidden folder and move it in place when the block ends without an error.

        Parameters
        ----------
        asset, partition : str
            What is built.
        version : str
            The data version it is built at.
        note : mapping, optional
            Facts to keep beside it (row counts, seconds, drops; never a person).

        Yields
        ------
        Path
            The empty folder to write Parquet files into.
        dict
            The note; more facts may be added in the block.
        """
        target = self.folder(asset, partition)
        staging = self.root / f".staging-{asset}-{partition}"
        outgoing = self.root / f".outgoing-{asset}-{partition}"
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True)
        facts: dict[str, Any] = {**(note or {})}
        try:
            yield staging, facts
            facts["data_version"] = version
            (staging / "built.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1), "utf-8")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(outgoing, ignore_errors=True)
            if target.exists():
                target.replace(outgoing)
            staging.replace(target)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
            shutil.rmtree(outgoing, ignore_errors=True)

    def drop_unknown_partitions(self, asset: str, known: tuple[str, ...]) -> None:
        """Remove partitions that are no longer declared, so that no reader of all partitions meets them."""
        folder = self.root / asset
        if not folder.is_dir():
            return
        for partition in folder.iterdir():
            if partition.name not in known:
                shutil.rmtree(partition)
