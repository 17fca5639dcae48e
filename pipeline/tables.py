"""Where built tables lie, and how one is replaced whole: staged in a hidden folder, checked, then moved in place.

Belongs here: paths and the note beside each table (its data version and counts). Does not belong here: what any
table holds, or when it is out of date (`flow`).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WHOLE = "all"
_STAMP = "stamp.txt"


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

    def staging(self, asset: str, partition: str = WHOLE) -> Path:
        """Return the hidden folder a partition is built in."""
        return self.root / f".staging-{asset}-{partition}"

    def is_staged(self, asset: str, partition: str, stamp: str) -> bool:
        """Say whether a building of this very stamp was begun and not ended."""
        try:
            return (self.staging(asset, partition) / _STAMP).read_text("utf-8") == stamp
        except FileNotFoundError:
            return False

    def stage(self, asset: str, partition: str, stamp: str) -> Path:
        """Make the hidden folder of a partition anew, empty but for its stamp."""
        folder = self.staging(asset, partition)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / _STAMP).write_text(stamp, "utf-8")
        return folder

    def records(self, asset: str) -> Path:
        """Return the hidden folder of what finished jobs have found, kept until the asset is in place."""
        return self.root / f".jobs-{asset}"

    def discard(self, asset: str, partition: str = WHOLE) -> None:
        """Remove what was staged of a partition."""
        shutil.rmtree(self.staging(asset, partition), ignore_errors=True)

    def put_in_place(self, asset: str, partition: str, version: str, note: Mapping[str, Any]) -> None:
        """Let a staged partition take the place of the one that is built.

        Parameters
        ----------
        asset, partition : str
        version : str
            The data version it is built at.
        note : mapping
            Facts to keep beside it (row counts, seconds, drops; never a person).
        """
        staging, target = self.staging(asset, partition), self.folder(asset, partition)
        outgoing = self.root / f".outgoing-{asset}-{partition}"
        facts = {**note, "data_version": version}
        (staging / "built.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1), "utf-8")
        (staging / _STAMP).unlink(missing_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(outgoing, ignore_errors=True)
        if target.exists():
            target.replace(outgoing)
        staging.replace(target)
        shutil.rmtree(outgoing, ignore_errors=True)

    def drop_unknown_partitions(self, asset: str, known: tuple[str, ...]) -> None:
        """Remove partitions that are no longer declared, so that no reader of all partitions meets them."""
        folder = self.root / asset
        if not folder.is_dir():
            return
        for partition in folder.iterdir():
            if partition.name not in known:
                shutil.rmtree(partition)
