"""Writes a report as one HTML page that needs nothing else: no network, no file, no script.

Here: the document as HTML, with `page.css` and the font inside. Not here: what the report says.
"""

from __future__ import annotations

import base64
import functools
import importlib.resources
import re
from collections.abc import Iterable
from html import escape

from soem_engine.report.document import (
    Beside,
    Block,
    Chart,
    Document,
    Items,
    KeyFigures,
    Pairs,
    Paragraph,
    Row,
    Section,
    Table,
)
from soem_engine.report.fonts import FILES, read_font
from soem_engine.texts import Text

_SKIP = Text("Spring til indholdet", "Skip to the content")
_CONTENTS = Text("Indhold", "Contents")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:"
"""What a browser may fetch: nothing."""


def write_html(document: Document) -> str:
    """Return a document as an HTML page."""
    links = "".join(
        f'<li><a href="#{escape(section.key)}">{escape(section.title)}</a></li>'
        for section in document.sections
        if section.level == 1
    )
    contents = escape(_CONTENTS.pick(document.language))
    head = (
        f'<!DOCTYPE html>\n<html lang="{document.language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f"<title>{escape(document.title)} – {escape(document.kind)}</title>\n"
        f"<style>\n{_read_style()}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#content">{escape(_SKIP.pick(document.language))}</a>\n'
    )
    subtitle = f'<p class="subtitle">{escape(document.subtitle)}</p>\n' if document.subtitle else ""
    facts = "".join(f"<li>{escape(fact)}</li>" for fact in document.facts)
    header = (
        f'<header>\n<p class="kind">{escape(document.kind)}</p>\n<h1>{escape(document.title)}</h1>\n{subtitle}'
        f'<ul class="facts">{facts}</ul>\n</header>\n'
    )
    menu = f'<nav aria-label="{contents}"><p>{contents}</p><ul>{links}</ul></nav>\n'
    sections = _write_sections(document.sections)
    footer = f"<footer>{escape(document.running)}</footer>\n"
    return f'{head}<main id="content">\n{header}{menu}{sections}{footer}</main>\n</body>\n</html>\n'


@functools.cache
def _read_style() -> str:
    faces = "".join(
        f'@font-face{{font-family:"Source Sans Pro";font-weight:{weight};font-style:normal;'
        f"src:url(data:font/otf;base64,{base64.b64encode(read_font(name)).decode('ascii')}) "
        'format("opentype")}\n'
        for weight, name in FILES.items()
    )
    return faces + (importlib.resources.files("soem_engine.report") / "page.css").read_text("utf-8")


def _write_sections(sections: tuple[Section, ...]) -> str:
    parts = []
    for section in sections:
        level = section.level + 1
        name = escape(section.key)
        blocks = "".join(_write_block(block) for block in section.blocks)
        parts.append(
            f'<section aria-labelledby="{name}">\n'
            f'<h{level} id="{name}">{escape(section.title)}</h{level}>\n{blocks}</section>\n'
        )
    return "".join(parts)


def _write_block(block: Block) -> str:
    match block:
        case Paragraph():
            return (
                f'<p class="note">{escape(block.text)}</p>\n'
                if block.is_note
                else f"<p>{escape(block.text)}</p>\n"
            )
        case Items():
            tag, look = "ol" if block.is_numbered else "ul", ' class="warnings"' if block.is_warning else ""
            return f"<{tag}{look}>{_wrap('li', block.items)}</{tag}>\n"
        case KeyFigures():
            return _write_key_figures(block)
        case Table():
            return _write_table(block)
        case Chart():
            return _write_chart(block)
        case Pairs():
            pairs = "".join(
                f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in block.pairs
            )
            return f'<dl class="pairs">{pairs}</dl>\n'
        case Beside():
            texts = "".join(
                f'<div><p class="heading">{escape(title)}</p><p>{escape(text)}</p></div>'
                for title, text in block.texts
            )
            return f'<div class="beside">{texts}</div>\n'


def _write_key_figures(block: KeyFigures) -> str:
    parts = []
    for figure in block.figures:
        note = f'<dd class="note">{escape(figure.note)}</dd>' if figure.note else ""
        parts.append(
            f'<div><dt>{escape(figure.label)}</dt><dd class="value">{escape(figure.value)}</dd>{note}</div>'
        )
    return f'<dl class="figures">{"".join(parts)}</dl>\n'


def _write_table(table: Table) -> str:
    look = "dense" if table.is_dense else "plain"
    heads = "".join(
        f'<th scope="col"{_look(column.is_number)}>{escape(column.title)}</th>' for column in table.columns
    )
    rows = "".join(_write_row(row, table) for row in table.rows)
    note = f'<p class="note">{escape(table.note)}</p>\n' if table.note else ""
    label = escape(table.title)
    return (
        f'<div class="scroll" role="region" aria-label="{label}" tabindex="0"><table class="{look}">'
        f"<caption>{label}</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>\n{note}"
    )


def _write_row(row: Row, table: Table) -> str:
    if row.kind == "group":
        return f'<tr class="group"><th scope="rowgroup" colspan="{len(table.columns)}">{escape(row.cells[0])}</th></tr>'
    cells = "".join(
        f"<td{_look(column.is_number)}>{escape(cell)}</td>"
        for cell, column in zip(row.cells[1:], table.columns[1:], strict=True)
    )
    kind = ' class="total"' if row.kind == "total" else ""
    return f'<tr{kind}><th scope="row">{escape(row.cells[0])}</th>{cells}</tr>'


def _look(is_number: bool) -> str:
    return ' class="number"' if is_number else ""


def _write_chart(chart: Chart) -> str:
    note = f'<p class="note">{escape(chart.note)}</p>' if chart.note else ""
    return (
        f'<figure><figcaption>{escape(chart.title)}</figcaption><div role="img" aria-label="{escape(chart.alt)}">'
        f'<div class="wide">{_fit(chart.wide_svg)}</div><div class="narrow">{_fit(chart.narrow_svg)}</div></div>'
        f"{note}</figure>\n"
    )


def _fit(svg: str) -> str:
    """Return an SVG that takes the width it is given and is silent to a screen reader: its frame speaks for it."""
    found = re.match(r'<svg [^>]*viewBox="([^"]+)">', svg)
    if found is None:
        raise ValueError("a chart must be an SVG with a viewBox")
    return f'<svg aria-hidden="true" viewBox="{found[1]}">{svg[found.end() :]}'


def _wrap(tag: str, texts: Iterable[str]) -> str:
    return "".join(f"<{tag}>{escape(text)}</{tag}>" for text in texts)
