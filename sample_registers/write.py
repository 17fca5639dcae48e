"""Writing the sample registers: draw a part, render it, append it to the files; whole or not at all.

Belongs here: the order of the work. Does not belong here: what is true (`draw`), how it looks in a register
(`registers`), or the files (`files`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from sample_registers.draw import DEFAULT_PERSONS, NATIONAL_PERSONS, draw_parts
from sample_registers.edge_cases import load_edge_cases, render_edge_cases
from sample_registers.files import RegisterFiles, describe_delivery, open_delivery
from sample_registers.kept_latent import keep_part
from sample_registers.latent import Latent
from sample_registers.provenance import hash_generator
from sample_registers.registers.benefits import render_benefits
from sample_registers.registers.child_measures import render_measures, render_placements
from sample_registers.registers.crime import (
    render_charges,
    render_decisions,
    render_prison_stays,
    render_victims,
)
from sample_registers.registers.education_and_income import (
    render_education,
    render_employment,
    render_income,
)
from sample_registers.registers.hospital_lpr2 import render_hospital_lpr2
from sample_registers.registers.hospital_lpr3 import render_hospital_lpr3
from sample_registers.registers.misuse_treatment import render_alcohol_treatment, render_drug_treatment
from sample_registers.registers.population import render_deaths, render_migrations, render_population
from sample_registers.registers.practitioners import render_medicines, render_practitioners
from sample_registers.registers.rows import Part, Rendered
from sample_registers.registers.schooling import render_education_spells, render_school_years
from sample_registers.registers.social_services import render_adult_services, render_shelter_stays

RENDERERS = (
    render_population,
    render_deaths,
    render_migrations,
    render_education,
    render_employment,
    render_income,
    render_benefits,
    render_hospital_lpr2,
    render_hospital_lpr3,
    render_practitioners,
    render_medicines,
    render_alcohol_treatment,
    render_drug_treatment,
    render_shelter_stays,
    render_adult_services,
    render_placements,
    render_measures,
    render_decisions,
    render_prison_stays,
    render_charges,
    render_victims,
    render_education_spells,
    render_school_years,
)
Progress = Callable[[str], None]


def render_part(latent: Latent, number: int, seed: int) -> Iterator[Rendered]:
    """Render all registers of one part.

    Parameters
    ----------
    latent : Latent
    number : int
        Number of the part in the draw.
    seed : int

    Yields
    ------
    (register, year of the file, rows)
    """
    part = Part(latent, number, seed)
    for render in RENDERERS:
        yield from render(part)


def write_registers(
    out: Path,
    persons: int | None = None,
    *,
    seed: int,
    national: bool = False,
    progress: Progress | None = None,
    keep_latent: Path | None = None,
    parts: Iterable[Latent] | None = None,
) -> Path:
    """Draw and write a delivery of sample registers, whole or not at all.

    Parameters
    ----------
    out : Path
        Folder of the delivery; must not exist.
    persons : int, optional
        Persons to draw, parents and background included; the default size of the draw when not given.
    seed : int
    national : bool
        Draw true prevalences instead of over-sampling the target groups.
    progress : callable, optional
        Called with a line of text now and then.
    keep_latent : Path, optional
        Folder to keep the latent tables in, one file a part.
    parts : iterable of Latent, optional
        Drawn parts, instead of drawing them here.

    Returns
    -------
    Path
        `out`.

    Raises
    ------
    FileExistsError
        When `out` exists: a delivery is never written over.
    """
    if parts is None:
        parts = draw_parts(persons or (NATIONAL_PERSONS if national else DEFAULT_PERSONS), seed, national)
    cases = load_edge_cases()
    with open_delivery(out) as files:
        n_persons = _write_parts(files, parts, seed, progress or (lambda line: None), keep_latent)
        for rendered in render_edge_cases(cases):
            files.append(rendered)
        describe_delivery(
            files.root,
            seed=seed,
            persons=n_persons,
            national=national,
            parameters_hash=hash_generator(),
            quirk_persons=sorted(case.pnr for case in cases),
        )
    return out


def _write_parts(
    files: RegisterFiles, parts: Iterable[Latent], seed: int, progress: Progress, keep_latent: Path | None
) -> int:
    """Write part by part, one while the next is drawn and rendered; gives the number of persons."""
    n_persons = 0
    with ThreadPoolExecutor(1) as pool:
        writing: Future | None = None
        for number, latent in enumerate(parts):
            if keep_latent is not None:
                keep_part(keep_latent, latent, number)
            tables = list(render_part(latent, number, seed))
            if writing is not None:
                writing.result()
            writing = pool.submit(_append_all, files, tables)
            n_persons += len(latent.pnr)
            progress(f"sample registers: {n_persons:,} persons")
        if writing is not None:
            writing.result()
    return n_persons


def _append_all(files: RegisterFiles, tables: list[Rendered]) -> None:
    """Append the tables of one part."""
    for rendered in tables:
        files.append(rendered)
