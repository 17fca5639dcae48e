"""What the explorer's pages show, from the tables of a release: which tables go into which file.

Belongs here: choosing and cutting tables. Does not belong here: computing anything (every number stands in a table of
the release), words of the pages (`words.toml`), encoding (`columnar`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl

from pipeline.release.changes_page import CHANGES_PAGE, split_languages
from pipeline.release.explorer.columnar import encode_table

OF_A_GROUP = (
    "estimates",
    "adjustment_by_covariate",
    "profiles",
    "profile_weights",
    "target_group_characteristics",
    "attrition",
    "diagnostics",
    "passports",
)
"""Tables cut by target group, one file a group, loaded when its page is opened."""
OF_PRICES = ("unit_prices", "price_figures", "price_index", "discount_rates", "parameters")
OF_ORIGINS = ("passport_sources", "coverage", "declaration_history", "corrections")
"""Where numbers come from, said once for each group and consequence."""
SQL_COLUMNS = ("membership_sql", "success_sql")
MOVED = ("measure", "link", "cause", "value_before", "value_after", "standard_error_before")
"""What is told of a number's changes."""
ESTIMATE_OVER_GROUPS = (
    "target_group",
    "relative_year",
    "adjusted_difference",
    "ci_low",
    "ci_high",
    "standard_error",
    "is_significant",
    "in_success_rule",
    "status",
    "reason",
)


def read_tables(release: Path) -> dict[str, pl.DataFrame]:
    """Read every table of a release but `estimate_covariance`, whose numbers no page shows.

    Parameters
    ----------
    release : Path
        Folder of the release.

    Returns
    -------
    dict of str to polars.DataFrame
    """
    files = sorted((release / "tables").glob("*.parquet"))
    return {file.stem: pl.read_parquet(file) for file in files if file.stem != "estimate_covariance"}


def compose_files(
    release: Path, tables: Mapping[str, pl.DataFrame], manifest: Mapping
) -> Iterator[tuple[str, dict]]:
    """Compose the data files one by one, as name and content.

    Parameters
    ----------
    release : Path
        Folder of the release; its validation results and list of changes are read.
    tables : mapping of str to polars.DataFrame
        As `read_tables` returns.
    manifest : mapping
        As `compose_manifest` returns; its list of files may still lack the explorer's.

    Yields
    ------
    str, dict
        Encoded tables by name, and plain facts.
    """
    yield "core", _compose_core(release, tables)
    yield "origins", _compose_origins(tables, manifest)
    yield "prices", _compose_prices(tables)
    yield "studies", {"effect_studies": encode_table(tables["effect_studies"])}
    yield "validation", _compose_validation(release, tables)
    for group in tables["target_groups"]["target_group"]:
        yield f"group_{group}", _compose_group(group, tables)
    for consequence in tables["consequences"]["consequence"]:
        yield f"consequence_{consequence}", _compose_consequence(consequence, tables)


def _compose_core(release: Path, tables: Mapping[str, pl.DataFrame]) -> dict:
    counts = (
        tables["estimates"]
        .group_by("status", "is_significant")
        .len("n_cells")
        .sort("status", "is_significant")
    )
    return {
        "release": encode_table(tables["release"]),
        "target_groups": encode_table(tables["target_groups"].drop(SQL_COLUMNS)),
        "consequences": encode_table(tables["consequences"]),
        "not_measured": encode_table(tables["not_measured"]),
        "status_counts": encode_table(counts),
        "estimated": sorted(tables["estimates"]["target_group"].unique()),
        "studies_by_group": dict(
            tables["effect_studies"]["target_group"].value_counts().sort(pl.all()).iter_rows()
        ),
        "profile_end": tables["profiles"]["relative_year"].max(),
        **_read_changes(release),
    }


def _read_changes(release: Path) -> dict[str, str]:
    """Return what CHANGES.md says, by language; a file in one language is shown in both."""
    file = release / CHANGES_PAGE
    if not file.exists():
        return {}
    pages = split_languages(file.read_text("utf-8"))
    return {f"changes_{language}": page for language, page in pages.items()}


def _compose_origins(tables: Mapping[str, pl.DataFrame], manifest: Mapping) -> dict:
    facts = ("previous", "python", "packages", "seeds", "declarations", "register_files")
    made = {name: manifest.get(name) for name in facts}
    return {"made": made} | {name: encode_table(tables[name]) for name in OF_ORIGINS if name in tables}


def _compose_prices(tables: Mapping[str, pl.DataFrame]) -> dict:
    content = {name: encode_table(tables[name]) for name in OF_PRICES if name in tables}
    if "changes" in tables:
        rows = tables["changes"].filter(number_kind="price")
        content["changes"] = encode_table(rows.select("number_id", *MOVED))
    return content


def _compose_validation(release: Path, tables: Mapping[str, pl.DataFrame]) -> dict:
    results = {
        name: json.loads((release / "validation" / f"{name}.json").read_text("utf-8"))
        for name in ("gate", "tables")
    }
    return results | {"diagnostics": encode_table(tables["diagnostics"])}


def _compose_group(group: str, tables: Mapping[str, pl.DataFrame]) -> dict:
    content = {}
    for name in OF_A_GROUP:
        if name in tables:
            rows = tables[name].filter(pl.col("target_group") == group)
            if name == "passports":
                rows = rows.filter(pl.col("relative_year").is_not_null())
                rows = rows.select("consequence", "relative_year", "disclosure", "event_table")
            content[name] = encode_table(rows.drop("target_group", strict=False))
    if "changes" in tables:
        rows = tables["changes"].filter(target_group=group, number_kind="difference")
        content["changes"] = encode_table(rows.select("consequence", "relative_year", *MOVED))
    row = tables["target_groups"].filter(pl.col("target_group") == group)
    return content | {name: row[name][0] for name in SQL_COLUMNS}


def _compose_consequence(consequence: str, tables: Mapping[str, pl.DataFrame]) -> dict:
    is_this = pl.col("consequence") == consequence
    return {
        "estimates": encode_table(tables["estimates"].filter(is_this).select(ESTIMATE_OVER_GROUPS)),
        "profiles": encode_table(
            tables["profiles"]
            .filter(is_this)
            .select("target_group", "relative_year", "view", "value", "status")
        ),
    }
