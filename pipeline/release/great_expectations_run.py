"""Running expectations with Great Expectations: the only module that imports it.

Belongs here: a context without analytics and progress bars, and results as counts. Does not belong here:
what is expected. Great Expectations takes seconds to import, so it is imported when a run starts.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from schemas.expectations import Expectation


@dataclass(frozen=True)
class Outcome:
    """What became of one expectation: counts only.

    `n_failed` is 0 for a failed expectation about the table as a whole; `error` is the kind of an exception
    that kept it from being looked at, never its text.
    """

    passed: bool
    n_checked: int
    n_failed: int
    error: str = ""


def _silence() -> None:
    os.environ["GX_ANALYTICS_ENABLED"] = "False"
    logging.getLogger("great_expectations").setLevel(logging.CRITICAL)


class ExpectationRunner:
    """Validates frames with Great Expectations, in memory.

    Examples
    --------
    >>> runner = ExpectationRunner()
    >>> outcomes = runner.run("estimates", frame, expectations)
    """

    def __init__(self) -> None:
        _silence()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import great_expectations
            from great_expectations import expectations
            from great_expectations.data_context.types import base

        self._gx = great_expectations
        self._expectations = expectations
        config = base.DataContextConfig(
            store_backend_defaults=base.InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
            progress_bars=base.ProgressBarsConfig(globally=False, metric_calculations=False),
            analytics_enabled=False,
        )
        self._context = great_expectations.get_context(project_config=config)
        self._source = self._context.data_sources.add_pandas("release")

    @property
    def version(self) -> str:
        """Version of Great Expectations."""
        return self._gx.__version__

    def run(self, name: str, frame: pl.DataFrame, expectations: Sequence[Expectation]) -> list[Outcome]:
        """Validate one frame.

        Parameters
        ----------
        name : str
            A name not used before in this runner.
        frame : polars.DataFrame
            Without list columns.
        expectations : sequence of Expectation

        Returns
        -------
        list of Outcome
            One an expectation, in order.
        """
        made = [
            getattr(self._expectations, expected.type)(**expected.arguments, meta={"number": number})
            for number, expected in enumerate(expectations)
        ]
        suite = self._gx.ExpectationSuite(name, expectations=made)
        asset = self._source.add_dataframe_asset(name)
        definition = asset.add_batch_definition_whole_dataframe(name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            batch = definition.get_batch(batch_parameters={"dataframe": frame.to_pandas()})
            results = batch.validate(suite, result_format="BASIC").results
        by_number = {result.expectation_config.meta["number"]: result for result in results}
        return [self._read(by_number[number], frame.height) for number in range(len(expectations))]

    @staticmethod
    def _read(result, n_rows: int) -> Outcome:
        raised = result.exception_info.get("raised_exception") if result.exception_info else False
        nested = [info for info in (result.exception_info or {}).values() if isinstance(info, dict)]
        if raised or any(info.get("raised_exception") for info in nested):
            return Outcome(False, 0, 0, "could not be checked")
        n_missing = result.result.get("missing_count") or 0
        n_checked = (result.result.get("element_count") or n_rows) - n_missing
        return Outcome(bool(result.success), n_checked, int(result.result.get("unexpected_count") or 0))
