"""The font of the report: where its files are.

Here: Source Sans Pro (SIL Open Font License), from the package of that name. Not here: which text is set in
what (`template.typ`, `page.css`).
"""

from __future__ import annotations

import atexit
import functools
import importlib.resources
import shutil
import tempfile
from pathlib import Path
from typing import Final

FILES: Final = {400: "SourceSansPro-Regular.otf", 600: "SourceSansPro-Semibold.otf"}
"""The weights the report uses. The package holds every weight twice; a folder of its own keeps the choice fixed."""


@functools.cache
def get_font_folder() -> Path:
    """Return a folder with these files only; it goes when the program ends."""
    folder = Path(tempfile.mkdtemp(prefix="soem-report-fonts-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name in FILES.values():
        (folder / name).write_bytes(read_font(name))
    return folder


def read_font(name: str) -> bytes:
    """Return the content of a font file."""
    return (importlib.resources.files("font_source_sans_pro") / "files" / name).read_bytes()
