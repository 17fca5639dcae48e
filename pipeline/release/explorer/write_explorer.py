"""Writing the explorer: a folder that needs no server and no network.

Belongs here: which files the folder has. Does not belong here: what they show (`page_data`, `words.toml`, `app`).

Known limitations: a page opened from disk may not read files, so the tables are there a second time, as scripts.
"""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path

from pipeline.release.explorer.columnar import write_script
from pipeline.release.explorer.page_data import compose_files, read_tables

FOLDER = "audit"
_HERE = Path(__file__).parent
APP = _HERE / "app"
SCRIPTS = (
    "store.js",
    "wording.js",
    "charts.js",
    "parts.js",
    "home.js",
    "groups.js",
    "group_page.js",
    "series_page.js",
    "consequences.js",
    "number_page.js",
    "price_pages.js",
    "studies.js",
    "validation.js",
    "search.js",
    "router.js",
)
"""The page's own scripts in the order they are run; each adds to the one object `explorer`."""


def write_explorer(release: Path, manifest: Mapping) -> Path:
    """Write the explorer of a release from its tables.

    Parameters
    ----------
    release : Path
        Folder of the release, its tables and validation results written.
    manifest : mapping
        As `compose_manifest` returns.

    Returns
    -------
    Path
        The folder `audit` of the release.
    """
    import vl_convert

    folder = release / FOLDER
    (folder / "data").mkdir(parents=True)
    for name, content in compose_files(release, read_tables(release), manifest):
        write_script(folder / "data" / f"{name}.js", name, content)
    for name in ("explorer.css", *SCRIPTS):
        shutil.copyfile(APP / name, folder / name)
    words = json.dumps(read_words(), ensure_ascii=False, separators=(",", ":"))
    (folder / "words.js").write_text(f'"use strict";\nconst explorer = {{ words: {words} }};\n', "utf-8")
    (folder / "vega.js").write_text(vl_convert.javascript_bundle(), "utf-8")
    (folder / "index.html").write_text(_render_page(manifest), "utf-8")
    return folder


def read_words() -> dict:
    """Read the words of the pages: by section and key, Danish and English."""
    return tomllib.loads((_HERE / "words.toml").read_text("utf-8"))


def _render_page(manifest: Mapping) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(loader=FileSystemLoader(APP), autoescape=True, undefined=StrictUndefined)
    page = environment.get_template("index.html.j2")
    return page.render(version=manifest["version"], scripts=SCRIPTS, words=read_words()["page"])
