"""Everything of the knowledge database that is declared and not estimated, loaded together.

Belongs here: one loader that tells the problems of all these files at once. Does not belong here: target
groups, method and registers, and the tables made from the declarations (`pipeline.knowledge`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.declarations.consequence import Consequence, NotMeasured
from pipeline.declarations.consequences import AREAS, read_consequences, read_not_measured
from pipeline.declarations.other_knowledge import (
    DiscountRate,
    Parameter,
    PriceIndex,
    read_discount_rates,
    read_parameters,
    read_price_index,
)
from pipeline.declarations.prices import PriceList, check_price_dates, read_price_list
from pipeline.declarations.problems import Problems
from pipeline.declarations.reimbursement import ReimbursementRule
from pipeline.declarations.reimbursement_rules import read_reimbursement_rules

DECLARATIONS_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class KnowledgeDeclarations:
    """What is declared beside target groups, method and registers.

    Attributes
    ----------
    consequences : tuple of Consequence
    not_measured : tuple of NotMeasured
    price_list : PriceList
    rules : mapping of str to ReimbursementRule
        Reimbursement rules by key.
    price_index : PriceIndex
    discount_rates : tuple of DiscountRate
    parameters : tuple of Parameter
    """

    consequences: tuple[Consequence, ...]
    not_measured: tuple[NotMeasured, ...]
    price_list: PriceList
    rules: Mapping[str, ReimbursementRule]
    price_index: PriceIndex
    discount_rates: tuple[DiscountRate, ...]
    parameters: tuple[Parameter, ...]


def load_knowledge(
    folder: Path = DECLARATIONS_FOLDER, target_groups: Collection[str] | None = None
) -> KnowledgeDeclarations:
    """Load consequences, prices, reimbursement rules, price index, discount rates and parameters.

    Parameters
    ----------
    folder : Path
        The declarations folder.
    target_groups : collection of str, optional
        Keys of the target groups a price may be declared for; not checked when left out.

    Returns
    -------
    KnowledgeDeclarations

    Raises
    ------
    InputError
        With every problem of every file at once.

    Examples
    --------
    >>> knowledge = load_knowledge()
    >>> len(knowledge.consequences)
    47
    """
    problems = Problems()
    consequences = read_consequences(folder / "consequences", problems)
    is_complete = {consequence.area for consequence in consequences} == set(AREAS)
    priced = consequences if is_complete else ()
    rules = read_reimbursement_rules(folder, problems)
    price_index = read_price_index(folder, problems)
    knowledge = KnowledgeDeclarations(
        consequences=consequences,
        not_measured=read_not_measured(folder / "consequences", problems),
        price_list=read_price_list(folder, priced, rules, target_groups, problems),
        rules=rules,
        price_index=price_index,
        discount_rates=read_discount_rates(folder, problems),
        parameters=read_parameters(folder, problems),
    )
    if not problems.items:
        check_price_dates(knowledge.price_list, rules, price_index, problems)
    problems.raise_if_any("Declared knowledge")
    return knowledge
