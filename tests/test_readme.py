"""What README says of the project is so."""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.cli import make_parser
from pipeline.flow_picture import draw_flow
from pipeline.stages.in_order import FLOW

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def test_the_picture_is_the_flow() -> None:
    assert f"```mermaid\n{draw_flow(FLOW)}\n```" in README


def test_paths_it_names_are_there() -> None:
    named = set(
        re.findall(
            r"`((?:pipeline|tests|sample_registers|calculation_engine|estimation|schemas)/[\w./]+)`", README
        )
    )
    assert named
    assert not [path for path in sorted(named) if not (ROOT / path).exists()]


def test_commands_it_names_are_there() -> None:
    named = set(re.findall(r"`soem (\w+)", README))
    commands = next(a for a in make_parser()._actions if a.choices).choices
    assert named <= set(commands), named - set(commands)
