"""The result of a calculation: what was found (`result_data`), and the ways out of it.

Here: the class users meet. Not here: the arrays (`result_data`), the shapes of JSON and tables (`result_export`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from soem_engine.result_data import ResultData
from soem_engine.result_export import make_dict, make_frame, make_json

if TYPE_CHECKING:
    import polars


@dataclass(frozen=True)
class Result(ResultData):
    """Everything a calculation found (see `ResultData`), with its outputs for programs."""

    def to_dict(self) -> dict[str, Any]:
        """Return inputs, results and warnings as nested plain values, ready for JSON."""
        return make_dict(self)

    def to_json(self, indent: int | None = 2) -> str:
        """Return the result as JSON (point as decimal sign, full precision, nan never)."""
        return make_json(make_dict(self), indent)

    def to_polars(self) -> polars.DataFrame:
        """Return the finest cells as a polars table, one row a target group × year × line × payer.

        Raises
        ------
        ImportError
            If polars is not installed: `pip install soem-engine[polars]`.
        """
        return make_frame(self)
