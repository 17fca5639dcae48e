"""The validation pages of a release: Danish and English, read offline, printed well.

Belongs here: turning results into pages. Does not belong here: the results (`gate`, `schemas.checks`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.release.gate import GateCheck, GateResult
from pipeline.release.readme import CAVEATS
from schemas.checks import CheckResult

_DANISH = {
    "lang": "da",
    "title": "Kontrol af vidensdatabasen",
    "language": "Sprog",
    "other_page": "index_en.html",
    "other_lang": "en",
    "other_name": "English",
    "skip": "Gå til indholdet",
    "caveat": "Forbehold",
    "intro": "Før en udgivelse offentliggøres, skal den bestå alle kontroller på denne side. Består den ikke, "
    "udgives intet. Siden viser kun antal, aldrig rækker eller personer.",
    "result": "Resultat",
    "yes": "Bestået",
    "no": "Ikke bestået",
    "checks": "Kontroller",
    "failing": "Ikke bestået",
    "rows": "Rækker",
    "compared": "Dækning sammenlignet med",
    "none": "ingen tidligere",
    "failures": "Kontroller, der ikke er bestået",
    "failures_caption": "Hver kontrol, der ikke er bestået, med antal",
    "table": "Tabel",
    "what": "Hvad der skal gælde",
    "looked_at": "Undersøgt",
    "fails": "Fejler",
    "rules": "Regler på tværs af tabeller",
    "rules_intro": "Reglerne binder estimater, profiler, priser og tekster sammen.",
    "waivers": "Erklærede grunde til mindre dækning",
    "tables": "Tabel for tabel",
    "tables_intro": "Kolonner, nøgler, udfyldte felter, intervaller og tilladte værdier. Åbn en tabel for at se dens "
    "kontroller.",
    "rows_word": "rækker",
    "checks_word": "kontroller",
    "stages": "Kontroller undervejs",
    "stages_intro": "Tabellerne kontrolleres også, mens de dannes. En fejl stopper alt, der bygger på tabellen.",
    "made_with": "Kontrolleret med",
    "counts_only": "Samme resultat som data:",
}
_ENGLISH = {
    "lang": "en",
    "title": "Checks of the knowledge database",
    "language": "Language",
    "other_page": "index.html",
    "other_lang": "da",
    "other_name": "Dansk",
    "skip": "Skip to content",
    "caveat": "Caveat",
    "intro": "A release is published only when it passes every check on this page. If it does not, nothing is "
    "published. The page shows counts only, never rows or persons.",
    "result": "Result",
    "yes": "Passed",
    "no": "Failed",
    "checks": "Checks",
    "failing": "Failed",
    "rows": "Rows",
    "compared": "Coverage compared with",
    "none": "none before",
    "failures": "Checks that failed",
    "failures_caption": "Every check that failed, in counts",
    "table": "Table",
    "what": "What must hold",
    "looked_at": "Looked at",
    "fails": "Fail",
    "rules": "Rules across tables",
    "rules_intro": "These rules tie estimates, profiles, prices and texts together.",
    "waivers": "Declared reasons for less coverage",
    "tables": "Table by table",
    "tables_intro": "Columns, keys, filled fields, ranges and allowed values. Open a table to see its checks.",
    "rows_word": "rows",
    "checks_word": "checks",
    "stages": "Checks along the way",
    "stages_intro": "Tables are checked while they are made, too. A failure stops everything that builds on the table.",
    "made_with": "Checked with",
    "counts_only": "The same result as data:",
}
PAGES = {"index.html": _DANISH, "index_en.html": _ENGLISH}
"""The file of each language and its words."""


def write_number(value: int, language: str) -> str:
    """Write a whole number as people read it: `12.345` in Danish, `12,345` in English."""
    text = f"{value:,}"
    return text.replace(",", ".") if language == "da" else text


def _group_by_table(gate: GateResult) -> dict[str, dict]:
    groups: dict[str, dict] = {}
    for check in gate.checks:
        if check.kind != "rule":
            group = groups.setdefault(
                check.table, {"checks": [], "rows": gate.row_counts.get(check.table, 0)}
            )
            group["checks"].append(check)
    for group in groups.values():
        group["passed"] = all(check.passed for check in group["checks"])
    return groups


def write_pages(
    folder: Path, version: str, registers: str, gate: GateResult, checks: Sequence[CheckResult]
) -> list[Path]:
    """Write the validation pages.

    Parameters
    ----------
    folder : Path
        Where the pages go.
    version : str
    registers : str
        `sample` or `real`.
    gate : GateResult
    checks : sequence of CheckResult
        Results of the checks along the way; several of one table are added up.

    Returns
    -------
    list of Path
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
    )
    template = environment.get_template("validation.html.j2")
    rules: list[GateCheck] = [check for check in gate.checks if check.kind == "rule"]
    written = []
    for name, words in PAGES.items():
        text = template.render(
            t=words,
            version=version,
            caveat=getattr(CAVEATS[registers], words["lang"]),
            gate=gate,
            rules=rules,
            by_table=_group_by_table(gate),
            stages=_add_up(checks),
            number=lambda value, language=words["lang"]: write_number(value, language),
        )
        (folder / name).write_text(text, "utf-8")
        written.append(folder / name)
    return written


def _add_up(checks: Sequence[CheckResult]) -> list[CheckResult]:
    """Add up the results of a table's parts."""
    merged: dict[str, CheckResult] = {}
    for check in checks:
        before = merged.get(check.table, CheckResult(check.table, 0, ()))
        merged[check.table] = CheckResult(
            check.table, before.n_rows + check.n_rows, before.failures + check.failures
        )
    return list(merged.values())
