"""Hands latent panels to the estimator: the only place where tests of the generator meet `estimation`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from estimation import Block, BlockYear, CovariateBlock, GroupEstimates, Layout, estimate_group
from sample_registers.draw import draw_parts
from sample_registers.membership import list_members
from sample_registers.panel import RELATIVE_YEARS, Panel, build_panel, open_part


@dataclass(frozen=True)
class SmallPanel:
    """A `Panel` without what the estimator does not read, use in single precision."""

    person: np.ndarray
    success: np.ndarray
    levels: np.ndarray
    use: np.ndarray
    resident: np.ndarray
    covered: np.ndarray
    outside: np.ndarray


def shrink(panel: Panel, registers: list[str], first_person: int) -> SmallPanel:
    followed = ~np.isnan(panel.use[0])
    return SmallPanel(
        person=panel.person + first_person,
        success=panel.success,
        levels=np.column_stack([code_levels(columns) for columns in panel.covariates.values()]),
        use=panel.use.astype(np.float32),
        resident=panel.resident,
        covered=np.stack([panel.covered[r] for r in registers], axis=2),
        outside=~(panel.inside & followed).any(axis=1)[:, 1:],
    )


def code_levels(dummies: np.ndarray) -> np.ndarray:
    """The levels that the dummy columns of one covariate say: 0 where none is 1."""
    assert (dummies.sum(axis=1) <= 1).all()
    return (dummies @ np.arange(1, dummies.shape[1] + 1)).astype(np.uint8)


def make_blocks(panels: list[SmallPanel]) -> Callable[[], Iterator[Block]]:
    def block(panel: SmallPanel) -> Block:
        def year(t: int) -> BlockYear:
            return BlockYear(
                panel.use[:, :, t].T.astype(float),
                panel.resident[:, t],
                panel.covered[:, t],
                panel.resident[:, 0],
            )

        return Block(panel.person, panel.success, panel.levels, panel.use[:, :, 0].T.astype(float), year)

    return lambda: (block(panel) for panel in panels if panel.person.size)


def estimate_draw(
    seed: int, persons: int, only: set[str] | None = None
) -> Iterator[tuple[str, list, GroupEstimates]]:
    """Estimates of every target group in one draw: key, its quantities, estimates."""
    panels: dict[str, list[SmallPanel]] = {}
    about: dict[str, tuple] = {}
    first_person = 0
    for latent in draw_parts(persons, seed):
        part = open_part(latent)
        for key, members in list_members(latent).items():
            if only is not None and key not in only:
                continue
            panel = build_panel(part, key, members)
            registers = list(dict.fromkeys(q.register for q in panel.quantities))
            sizes = {name: columns.shape[1] for name, columns in panel.covariates.items()}
            about[key] = panel.quantities, registers, sizes
            panels.setdefault(key, []).append(shrink(panel, registers, first_person))
        first_person += latent.pnr.size
    for key in list(panels):
        quantities, registers, sizes = about[key]
        stops = np.cumsum(list(sizes.values()))
        starts = stops - list(sizes.values())
        names = zip(sizes, starts, stops, strict=True)
        layout = Layout(
            covariates=tuple(CovariateBlock(name, slice(int(a), int(b))) for name, a, b in names),
            outcome_pattern=np.array([registers.index(q.register) for q in quantities]),
            outside_ages=np.all([panel.outside for panel in panels[key]], axis=0),
        )
        assert layout.outside_ages.shape == (len(quantities), RELATIVE_YEARS)
        yield key, quantities, estimate_group(make_blocks(panels.pop(key)), layout)
