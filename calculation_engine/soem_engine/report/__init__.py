"""The report: a calculation as PDF and as one HTML page, Danish or English (extra `report`).

Here: `write_report`. One document (`document`, built by `build_report`) and two writers of it (`pdf_writer`,
`html_writer`). Needs typst, vl-convert-python and font-source-sans-pro; nothing outside this folder imports them.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Final

from soem_engine.errors import InputError, MissingExtraError, ProblemList, make_writing_error
from soem_engine.texts import Language, Text

if TYPE_CHECKING:
    from soem_engine.report.build_report import Subject
    from soem_engine.sensitivity import Sensitivity
    from soem_engine.uncertainty import MonteCarlo

REQUIRED: Final = ("typst", "vl_convert", "font_source_sans_pro")
SUFFIXES: Final = (".pdf", ".html")


def write_report(
    subject: Subject,
    path: Path | str,
    language: Language = "da",
    sensitivity: Sensitivity | None = None,
    monte_carlo: MonteCarlo | None = None,
) -> None:
    """Write a report.

    Parameters
    ----------
    subject
        A calculation (`Result`), a `Comparison` or a `Combination`.
    path
        Where to: `.pdf` or `.html` says which. The same input gives the same bytes.
    language
        `da` or `en`; the user's own texts stay as typed.
    sensitivity, monte_carlo
        Analyses of the same subject, shown where given.

    Raises
    ------
    MissingExtraError
        If the extra is not installed: `pip install soem-engine[report]`.
    InputError
        If the path ends otherwise, lies in a folder that does not exist, or cannot be written.
    """
    path = Path(path)
    check_path(path)
    from soem_engine.report.build_report import build_report

    document = build_report(subject, language, sensitivity, monte_carlo)
    if path.suffix == ".pdf":
        from soem_engine.report.pdf_writer import write_pdf

        content = write_pdf(document)
    else:
        from soem_engine.report.html_writer import write_html

        content = write_html(document).encode("utf-8")
    try:
        path.write_bytes(content)
    except OSError as error:
        raise make_writing_error("--report", path.name) from error


def check_path(path: Path) -> None:
    """Say now, not after a long calculation, that a report cannot be written; raises as `write_report`."""
    if any(importlib.util.find_spec(name) is None for name in REQUIRED):
        raise MissingExtraError("report")
    problems = ProblemList()
    if path.suffix not in SUFFIXES:
        problems.add(
            "--report",
            Text(path.name, path.name),
            Text("et filnavn, der ender på .pdf eller .html", "a file name that ends in .pdf or .html"),
            Text("giv rapporten et af de to navne", "give the report one of the two names"),
        )
    if not path.parent.is_dir():
        folder = path.parent.as_posix()
        problems.add(
            f"--report {path.name}",
            Text(f"mappen {folder} findes ikke", f"the folder {folder} does not exist"),
            Text("en mappe, der findes", "a folder that exists"),
            Text("lav mappen, eller skriv en anden", "make the folder, or write another"),
        )
    if problems.problems:
        heading = Text("Rapporten kan ikke skrives:", "The report cannot be written:")
        raise InputError(heading, problems.problems)
