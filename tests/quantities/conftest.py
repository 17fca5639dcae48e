"""A small build of stages 1 and 2 over hand-written registers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.quantities.hand_written import HandWritten


@pytest.fixture
def hand_written(tmp_path: Path) -> HandWritten:
    return HandWritten(tmp_path)
