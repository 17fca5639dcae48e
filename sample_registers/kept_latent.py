"""Keeping the latent tables of a draw beside its registers, for the round trip.

Belongs here: writing and reading back `Latent`, one compressed file a part. Does not belong here: comparing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from sample_registers.latent import Latent

VALUE_PREFIX = "values."


def keep_part(folder: Path, latent: Latent, number: int) -> Path:
    """Write one part as `part_<number>.npz`."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {name: getattr(latent, name) for name in Latent.__dataclass_fields__ if name != "values"}
    arrays |= {VALUE_PREFIX + name: table for name, table in latent.values.items()}
    path = folder / f"part_{number:05d}.npz"
    np.savez(path, **arrays)
    return path


def read_kept_parts(folder: Path) -> Iterator[Latent]:
    """Read the parts of a draw in order.

    Parameters
    ----------
    folder : Path
        Folder given as `keep_latent` when the registers were written.

    Yields
    ------
    Latent
    """
    for path in sorted(folder.glob("part_*.npz")):
        with np.load(path) as arrays:
            values = {
                name.removeprefix(VALUE_PREFIX): arrays[name]
                for name in arrays.files
                if name.startswith(VALUE_PREFIX)
            }
            fields = {name: arrays[name] for name in arrays.files if not name.startswith(VALUE_PREFIX)}
        yield Latent(**fields, values=values)
