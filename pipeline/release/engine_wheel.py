"""The engine's wheel, built in this process and without a network.

Belongs here: building it. Does not belong here: anything about the engine itself.
"""

from __future__ import annotations

from pathlib import Path


def build_engine_wheel(project: Path, folder: Path) -> Path:
    """Build the wheel of the calculation engine.

    Parameters
    ----------
    project : Path
        Folder with the engine's pyproject.toml.
    folder : Path
        Where the wheel goes.

    Returns
    -------
    Path
        `soem_engine-<version>-py3-none-any.whl`; the same sources give the same bytes.
    """
    from hatchling.builders.wheel import WheelBuilder

    (wheel,) = WheelBuilder(str(project)).build(directory=str(folder), versions=["standard"])
    return Path(wheel)
