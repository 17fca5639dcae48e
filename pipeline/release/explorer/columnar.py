"""Tables as compact JavaScript files that a page opened from disk can load.

Belongs here: the encoding, which `app/store.js` reads back. Does not belong here: what goes into which file
(`page_data`). A page opened from disk may not fetch a file, but may run a script.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl

Columns = dict[str, Any]
"""Row count under `n`, and under `columns` a list a column, `{"all": value}` where every row holds the same, or
`{"values": [...], "at": [...]}` for texts that repeat."""


def encode_table(frame: pl.DataFrame) -> Columns:
    """Encode a table column by column; a column without any value is left out.

    Parameters
    ----------
    frame : polars.DataFrame
        No list columns.

    Returns
    -------
    dict
        See `Columns`. Numbers keep every digit, dates are ISO texts.
    """
    columns = {
        name: _encode_column(frame[name]) for name in frame.columns if frame[name].null_count() < frame.height
    }
    return {"n": frame.height, "columns": columns}


def _encode_column(values: pl.Series) -> list | dict:
    if values.dtype.is_temporal():
        values = values.dt.to_string("iso")
    distinct = values.unique(maintain_order=True)
    if distinct.len() == 1:
        return {"all": distinct[0]}
    if values.dtype == pl.String and distinct.len() * 2 < values.len():
        place = {value: position for position, value in enumerate(distinct)}
        return {"values": distinct.to_list(), "at": [place[value] for value in values]}
    return values.to_list()


def write_script(file: Path, name: str, content: object) -> None:
    """Write data as a script that hands them to the page under a name.

    Parameters
    ----------
    file : Path
    name : str
        As the page asks for them.
    content : object
        What JSON can say; not a number is refused.
    """
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    file.write_text(f'explorer.receive("{name}", {text});\n', "utf-8")
