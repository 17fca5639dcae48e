"""A result as a sum of terms: random factors × something linear in the estimates.

A term is Π factors × (mean + gradient · error of the estimates). Draws and analytic variance both start here, so they
agree by construction of the model and by test of the arithmetic.

Sources of uncertainty with one truth whatever the intervention (estimates of a target group, prices, consequences)
have one name and move together in everything compared; those of one intervention (success share, participants, costs)
are its own.

Here: the terms and factors of results. Not here: drawing and variance (`uncertainty`, `analytic_variance`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from soem_engine.components import Components, find_components
from soem_engine.consequence_inputs import Range
from soem_engine.factors import Z_95, Factor
from soem_engine.group_part import GroupPart
from soem_engine.group_values import EstimateMap
from soem_engine.input_names import name_input
from soem_engine.joint_result import Term
from soem_engine.knowledge import BoolArray, FloatArray
from soem_engine.result import Result
from soem_engine.standard_errors import find_priced_gradient
from soem_engine.texts import Text


@dataclass(frozen=True)
class UncertainTerm:
    """One term of a net result.

    Attributes
    ----------
    factors
        Names of the random factors it is multiplied with.
    mean_dkk
        (T, P) discounted kr. at all factors 1.
    gradient
        (T, P, E) kr. per unit of each estimate and own value; None where it rests on none.
    estimates
        The estimates of the gradient.
    group, role
        Whose estimates: the target group, and the result for own values.
    """

    factors: tuple[str, ...]
    mean_dkk: FloatArray
    gradient: FloatArray | None = None
    estimates: EstimateMap | None = None
    group: str = ""
    role: str = ""


@dataclass(frozen=True)
class UncertainSum:
    """A net result as a sum of terms, with the factors by name."""

    terms: tuple[UncertainTerm, ...]
    factors: dict[str, Factor]

    @property
    def group_names(self) -> tuple[str, ...]:
        """Target groups whose estimates are uncertain."""
        return tuple(dict.fromkeys(term.group for term in self.terms if term.gradient is not None))


def make_uncertain_sum(results: tuple[Term, ...]) -> UncertainSum:
    """Return the terms and factors of results that are added with their signs."""
    factors: dict[str, Factor] = {}
    for term in results:
        for factor in _list_factors(term.role, term.result):
            factors.setdefault(factor.name, factor)
    terms: list[UncertainTerm] = []
    for term in results:
        terms += _list_terms(term, factors)
    return UncertainSum(tuple(terms), factors)


def _list_factors(role: str, result: Result) -> list[Factor]:
    intervention = result.intervention
    ranges = {given.input: given for given in intervention.ranges}
    names = {consequence.key: consequence.name for consequence in result.consequences}
    found: list[Factor] = []
    for n, part in enumerate(result.parts, start=1):
        key = part.group.key
        share = ranges.get(f"target_groups[{n}].net_success_share")
        factor = _make_share_factor(f"share:{role}:{key}", part, share)
        if factor is not None:
            found.append(replace(factor, label=_name_role(factor.label, role, result)))
        persons = ranges.get(f"target_groups[{n}].participants")
        if persons is not None:
            label = _join(name_input("target_groups.participants"), part.group.name)
            label = _name_role(label, role, result)
            found.append(_make_factor(f"participants:{role}:{key}", label, persons))
    for n, line in enumerate(intervention.costs, start=1):
        given = ranges.get(f"costs[{n}].amounts_dkk")
        if given is not None:
            label = _name_role(_join(name_input("costs"), Text(line.name, line.name)), role, result)
            found.append(_make_factor(f"cost:{role}:{n}", label, given))
    for key, name in names.items():
        for table, word in (("prices", Text("Pris", "Price")), ("consequences", Text("Forbrug", "Use"))):
            given = ranges.get(f"{table}.{key}")
            if given is not None:
                found.append(_make_factor(f"{table}:{key}", _join(word, name), given))
    return found


def _make_factor(name: str, label: Text, given: Range) -> Factor:
    return Factor(name, label, given.distribution, given.low, given.high, floor=0.0)


def _make_share_factor(name: str, part: GroupPart, given: Range | None) -> Factor | None:
    """Return the success share as a factor on the share typed; a share of 0 cannot be scaled and stays.

    From the chain it may fall below 0: an effect whose interval reaches below 0 may do harm.
    """
    share = part.success.share
    label = _join(name_input("target_groups.net_success_share"), part.group.name)
    if share == 0.0:
        return None
    if given is not None:
        centre, spread = (given.low + given.high) / 2, (given.high - given.low) / (2 * Z_95)
        is_cut = (
            given.distribution == "normal" and not 0.0 <= centre - 3 * spread <= centre + 3 * spread <= 1.0
        )
        if is_cut:
            label = Text(f"{label.da}, skåret af ved 0 og 1", f"{label.en}, cut off at 0 and 1")
        return Factor(
            name, label, given.distribution, given.low / share, given.high / share, 0.0, 1.0 / share
        )
    half = Z_95 * part.success.standard_error / abs(share)
    return Factor(name, label, "normal", 1.0 - half, 1.0 + half) if half > 0 else None


def _join(what: Text, whose: Text) -> Text:
    return Text(f"{what.da}: {whose.da}", f"{what.en}: {whose.en}")


def _name_role(label: Text, role: str, result: Result) -> Text:
    """Say whose input it is where several interventions are drawn together."""
    name = result.intervention.name
    return Text(f"{label.da} ({name})", f"{label.en} ({name})") if role else label


def _list_terms(term: Term, factors: dict[str, Factor]) -> list[UncertainTerm]:
    """Return the terms of one result; a computed tax is taken from its column and follows each transfer's factors."""
    result, role = term.result, term.role
    pieces = find_components(result)
    keys = [consequence.key for consequence in result.consequences]
    of_consequence = [_known(factors, f"prices:{key}", f"consequences:{key}") for key in keys]
    blocks = {names: np.array([names == own for own in of_consequence]) for names in set(of_consequence)}
    terms: list[UncertainTerm] = []
    for g, part in enumerate(result.parts):
        persons = _known(factors, f"participants:{role}:{part.group.key}")
        share = _known(factors, f"share:{role}:{part.group.key}")
        prices = part.find_signed_prices(result.budget_sign)
        own = _Pieces(prices, pieces.success_dkk[g], pieces.running_dkk[g])
        tax_prices = part.find_tax_prices(result.budget_sign)
        tax = _Pieces(tax_prices, pieces.tax_dkk[g], pieces.running_tax_dkk[g])
        tax_column = -1 if part.tax is None else part.tax.column
        for names, block in sorted(blocks.items()):
            columns = block & (np.arange(len(keys)) != tax_column)
            terms += _make_terms(term, part, own, columns, (persons, share, names))
            if tax_column >= 0:
                both = (*names, *of_consequence[tax_column])
                terms += _make_terms(term, part, tax, columns, (persons, share, both))
    return terms + _list_cost_terms(term, pieces, factors)


@dataclass(frozen=True)
class _Pieces:
    """Signed prices (T, C, P) and what they come to, discounted (C, T, P), from success and while running."""

    prices_dkk: FloatArray
    success_dkk: FloatArray
    running_dkk: FloatArray


def _make_terms(
    term: Term, part: GroupPart, pieces: _Pieces, columns: BoolArray, factors: tuple[tuple[str, ...], ...]
) -> list[UncertainTerm]:
    """Return the terms of some consequences of one target group, from success and while running."""
    persons, share, names = factors
    success = UncertainTerm(
        factors=(*persons, *share, *names),
        mean_dkk=term.sign * pieces.success_dkk[columns].sum(axis=0),
        gradient=term.sign
        * find_priced_gradient(part, pieces.prices_dkk, term.result.discount_factors, columns),
        estimates=part.estimates,
        group=part.group.key,
        role=term.role,
    )
    running = term.sign * pieces.running_dkk[columns].sum(axis=0)
    return [success, UncertainTerm((*persons, *names), running)] if running.any() else [success]


def _list_cost_terms(term: Term, pieces: Components, factors: dict[str, Factor]) -> list[UncertainTerm]:
    terms = []
    for number in range(len(term.result.intervention.costs)):
        cost = _known(factors, f"cost:{term.role}:{number + 1}")
        terms.append(UncertainTerm(cost, -term.sign * pieces.fixed_cost_dkk[number]))
        for g, part in enumerate(term.result.parts):
            persons = _known(factors, f"participants:{term.role}:{part.group.key}")
            mean = -term.sign * pieces.person_cost_dkk[number, g]
            terms.append(UncertainTerm((*persons, *cost), mean))
    return [one for one in terms if one.mean_dkk.any()]


def _known(factors: dict[str, Factor], *names: str) -> tuple[str, ...]:
    return tuple(name for name in names if name in factors)
