"""The panel of one target group on the latent tables: rows are assessable person-years, with use in years 0 to 10.

Belongs here: arrays any estimator can take. Does not belong here: estimation (`truth`), definitions (`membership`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sample_registers.codes import (
    EDUCATION_LEVELS,
    EMPLOYMENT_LEVELS,
    education_level,
    employment_level,
)
from sample_registers.coverage import covers
from sample_registers.latent import FIRST_YEAR, YEARS, Latent
from sample_registers.membership import (
    FIRST_BASE_YEAR,
    LAST_BASE_YEAR,
    NOT_ASSESSABLE,
    SUCCESS,
    Members,
    age_by_year,
)
from sample_registers.quantities import FOR_ADULTS, FOR_CHILDREN, Quantity, list_quantities

RELATIVE_YEARS = 10
ADULT_BANDS = range(15, 70, 5)
CHILD_AGES = range(18)


@dataclass(frozen=True)
class Panel:
    """Assessable members of one target group in one part: n rows, C consequences, relative years 0 … 10.

    Attributes
    ----------
    person : (n,) int array
        Row in the part.
    base_year : (n,) int array
    success : (n,) bool array
    covariates : dict of str to (n, L) float array
        0/1 columns, one each level of each covariate; their sum is 1 in every row.
    use : (C, n, 11) float array
        Natural units; NaN beyond the registers' last year.
    inside : (C, n, 11) bool array
        Inside the age domain of the consequence.
    resident : (n, 11) bool array
        Resident at the end of the year.
    covered : dict of str to (n, 11) bool array
        By register: covered in the year and in year 0.
    quantities : tuple of Quantity, length C
    """

    person: np.ndarray
    base_year: np.ndarray
    success: np.ndarray
    covariates: dict[str, np.ndarray]
    use: np.ndarray
    inside: np.ndarray
    resident: np.ndarray
    covered: dict[str, np.ndarray]
    quantities: tuple[Quantity, ...]


@dataclass(frozen=True)
class PartTables:
    """What all groups of one part share.

    Attributes
    ----------
    latent : Latent
    age : (P, Y) int array
    use, inside : dict of str to (P, Y) array
        By consequence, zero and False beyond nothing: all years of the registers.
    covered : dict of str to (P, Y) bool array
        By register.
    employment, education : (P, Y) int8 arrays of levels
    """

    latent: Latent
    age: np.ndarray
    use: dict[str, np.ndarray]
    inside: dict[str, np.ndarray]
    covered: dict[str, np.ndarray]
    employment: np.ndarray
    education: np.ndarray


def open_part(latent: Latent) -> PartTables:
    """Measure every consequence of one part once."""
    quantities = list_quantities()
    return PartTables(
        latent=latent,
        age=age_by_year(latent),
        use={q.key: q.values(latent) for q in quantities},
        inside={q.key: q.inside(latent) for q in quantities},
        covered={name: covers(name, latent.municipality) for name in {q.register for q in quantities}},
        employment=employment_level(latent.socio13),
        education=education_level(latent.hfaudd),
    )


def is_child_group(key: str) -> bool:
    """Whether the target group is of children, whose covariates are their parents'."""
    return key.endswith(("_0_5", "_6_13", "_14_17", "_12_17"))


def list_group_quantities(key: str) -> tuple[Quantity, ...]:
    """Consequences followed for a target group: 39 for children, 30 for adults."""
    other = FOR_ADULTS if is_child_group(key) else FOR_CHILDREN
    return tuple(q for q in list_quantities() if q.population != other)


def build_panel(part: PartTables, key: str, members: Members) -> Panel:
    """Panel of one target group in one part.

    Parameters
    ----------
    part : PartTables
    key : str
        Target group, for its population and covariates.
    members : Members
        From `membership.list_members`; rows that cannot be assessed are left out.

    Returns
    -------
    Panel
    """
    kept = members.status != NOT_ASSESSABLE
    person, base_year = members.person[kept], members.base_year[kept]
    first = base_year - FIRST_YEAR
    window = first[:, None] + np.arange(RELATIVE_YEARS + 1)
    reaches = window < YEARS.size
    column = np.minimum(window, YEARS.size - 1)
    quantities = list_group_quantities(key)

    def follow(table: np.ndarray) -> np.ndarray:
        return table[person[:, None], column]

    covered = {}
    for register in {q.register for q in quantities}:
        followed = follow(part.covered[register])
        covered[register] = followed & followed[:, :1] & reaches
    return Panel(
        person=person,
        base_year=base_year,
        success=members.status[kept] == SUCCESS,
        covariates=list_covariates(part, is_child_group(key), person, first),
        use=np.stack([np.where(reaches, follow(part.use[q.key]), np.nan) for q in quantities]),
        inside=np.stack([follow(part.inside[q.key]) for q in quantities]),
        resident=follow(part.latent.resident) & reaches,
        covered=covered,
        quantities=quantities,
    )


def list_covariates(
    part: PartTables, is_child: bool, person: np.ndarray, first: np.ndarray
) -> dict[str, np.ndarray]:
    """0/1 columns of the covariates of method.md in year 0, by name, each (n, L); base year last."""
    latent = part.latent
    age = part.age[person, first]
    columns = {"sex": spread(latent.sex[person], (1, 2))}
    if is_child:
        columns["age"] = spread(age, CHILD_AGES)
        for name, parent in (("mother", latent.mother[person]), ("father", latent.father[person])):
            known = parent >= 0
            employment = np.where(known, part.employment[parent, first], len(EMPLOYMENT_LEVELS) - 1)
            education = np.where(known, part.education[parent, first], len(EDUCATION_LEVELS) - 1)
            columns[f"{name}_employment"] = spread(employment, range(len(EMPLOYMENT_LEVELS)))
            columns[f"{name}_education"] = spread(education, range(len(EDUCATION_LEVELS)))
    else:
        columns["age"] = spread(5 * (age // 5), ADULT_BANDS)
        columns["employment"] = spread(part.employment[person, first], range(len(EMPLOYMENT_LEVELS)))
        columns["education"] = spread(part.education[person, first], range(len(EDUCATION_LEVELS)))
    columns["base_year"] = spread(first + FIRST_YEAR, range(FIRST_BASE_YEAR, LAST_BASE_YEAR + 1))
    return columns


def spread(values: np.ndarray, levels: range | tuple[int, ...]) -> np.ndarray:
    """One 0/1 column a level, (n, L) float; raises ValueError when a value has no level."""
    columns = (values[:, None] == np.array(levels)).astype(float)
    if not (columns.sum(axis=1) == 1).all():
        raise ValueError("panel: a covariate has a value outside its levels; expected one level each row")
    return columns
