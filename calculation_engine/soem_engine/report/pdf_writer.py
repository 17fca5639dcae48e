"""Writes a report as PDF through Typst, offline.

Here: the document as JSON into `template.typ`, and the PDF out: tagged for readers (PDF/UA-1), kept for archives
(PDF/A-2a), dated as the release and without a clock time, so the same report gives the same bytes. Not here: what
the report says.
"""

from __future__ import annotations

import dataclasses
import importlib.resources
import json
from typing import Any, Final

import typst

from soem_engine.report.document import Document
from soem_engine.report.fonts import get_font_folder

STANDARDS: Final[list[typst.PDFStandard]] = ["a-2a", "ua-1"]
STANDARDS_UNDATED: Final[list[typst.PDFStandard]] = ["ua-1"]
"""PDF/A wants a date."""


def write_pdf(document: Document) -> bytes:
    """Return a document as PDF."""
    template = importlib.resources.files("soem_engine.report") / "template.typ"
    content: bytes = typst.compile(
        template.read_bytes(),
        font_paths=typst.Fonts(include_system_fonts=False, font_paths=[str(get_font_folder())]),
        ignore_system_fonts=True,
        sys_inputs={"document": json.dumps(_make_plain(document), ensure_ascii=False)},
        pdf_standards=STANDARDS_UNDATED if document.date is None else STANDARDS,
    )
    return content


def _make_plain(document: Document) -> dict[str, Any]:
    """Return the document as plain values; every block says what it is under `block`."""
    plain = {field.name: getattr(document, field.name) for field in dataclasses.fields(document)}
    day = document.date
    plain["date"] = None if day is None else {"year": day.year, "month": day.month, "day": day.day}
    plain["sections"] = [
        {
            "title": section.title,
            "level": section.level,
            "blocks": [
                {"block": type(block).__name__} | dataclasses.asdict(block) for block in section.blocks
            ],
        }
        for section in document.sections
    ]
    return plain
