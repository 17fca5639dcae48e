"""The edge-case persons as register files.

Belongs here: from the rows of cases to Arrow tables and a delivery of their own. Does not belong here:
reading them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa

from sample_registers.edge_cases.reading import EdgeCase, load_edge_cases
from sample_registers.files import describe_delivery, open_delivery
from sample_registers.registers.layout import LAYOUT, TYPES
from sample_registers.registers.rows import Rendered

ARROW_TYPES = {
    "str": pa.string(),
    "id": pa.string(),
    "date": pa.date32(),
    "int": pa.int32(),
    "float": pa.float64(),
}


def render_edge_cases(cases: Iterable[EdgeCase]) -> Iterator[Rendered]:
    """Render the rows of all cases, one table a register and year."""
    rows: dict[tuple[str, int], list[dict]] = defaultdict(list)
    for case in cases:
        weeks: dict[str, object] = {}
        for row in case.rows:
            if row.register == "dream":
                weeks |= row.values
            else:
                rows[row.register, row.year].append(row.values)
        if weeks:
            rows["dream", 0].append(weeks)
    for (register, year), values in sorted(rows.items()):
        layout = LAYOUT[register]
        names = layout.columns_in(register, year)
        arrays = [
            _make_array([row.get(name) for row in values], kind) for name, kind in layout.columns.items()
        ]
        yield register, year, pa.Table.from_arrays(arrays, names=[names[name] for name in layout.columns])


def _make_array(values: list, kind: str) -> pa.Array:
    """Make one column of the declared type."""
    array = pa.array(values, ARROW_TYPES[kind])
    return array.dictionary_encode().cast(TYPES["str"]) if kind == "str" else array


def edge_case_registers(out: Path) -> Path:
    """Write a delivery of the edge-case persons only, every register and year present.

    Parameters
    ----------
    out : Path
        Folder of the delivery; must not exist.

    Returns
    -------
    Path
        `out`.
    """
    cases = load_edge_cases()
    with open_delivery(out) as files:
        for rendered in render_edge_cases(cases):
            files.append(rendered)
        describe_delivery(
            files.root,
            seed=0,
            persons=len(cases),
            national=False,
            quirk_persons=sorted(case.pnr for case in cases),
        )
    return out
