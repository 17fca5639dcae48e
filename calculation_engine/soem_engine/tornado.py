"""One input at a time from low to high: the tornado.

All but the discount rate act as factors on the pieces of a result (`components`), so a bar is a sum, not a new
calculation; a test calculates them anew.

Here: the bars. Not here: switches and tables (`sensitivity`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from soem_engine.components import Components, find_components
from soem_engine.consequence_inputs import Range
from soem_engine.factors import Z_95
from soem_engine.group_part import GroupPart
from soem_engine.input_names import name_input
from soem_engine.knowledge import DiscountRate, FloatArray
from soem_engine.money import discount_factors
from soem_engine.result_data import ResultData
from soem_engine.standard_errors import find_priced_gradient, find_variance
from soem_engine.texts import Text

Unit = Literal["share", "factor", "rate"]
DEFAULT_SPAN: Final = 0.2
DEFAULT_RATE_SPAN: Final = 0.01
_DEFAULT = Text("ikke angivet: ±20 %", "not given: ±20 %")
_INTERVAL = Text("ikke angivet: 95 %-interval", "not given: 95 % interval")
_RATE = Text("ikke angivet: ±1 procentpoint", "not given: ±1 percentage point")


@dataclass(frozen=True)
class TornadoBar:
    """What the net present value is at the low and the high end of one input, all else as typed.

    `unit`: `share` and `rate` are values, `factor` multiplies what is calculated. `is_default`: the user gave no range.
    """

    input: str
    name: Text
    unit: Unit
    base: float
    low: float
    high: float
    low_by_payer_dkk: FloatArray
    high_by_payer_dkk: FloatArray
    reason: Text
    is_default: bool

    @property
    def low_dkk(self) -> float:
        """Net present value at the low end."""
        return float(self.low_by_payer_dkk.sum())

    @property
    def high_dkk(self) -> float:
        """Net present value at the high end."""
        return float(self.high_by_payer_dkk.sum())

    @property
    def swing_dkk(self) -> float:
        """Distance between the two."""
        return abs(self.high_dkk - self.low_dkk)


def find_tornado(result: ResultData) -> tuple[TornadoBar, ...]:
    """Return a bar for every input that can be varied, the longest first; inputs without effect are left out."""
    pieces = find_components(result)
    build = _Builder(result, pieces)
    bars = [
        *(bar for n in range(len(result.parts)) for bar in build.vary_group(n)),
        *(build.vary_cost(n) for n in range(len(result.intervention.costs))),
        *(bar for c in range(len(result.consequences)) for bar in build.vary_consequence(c)),
        *build.vary_rate(),
    ]
    return tuple(sorted((bar for bar in bars if bar.swing_dkk > 0), key=lambda bar: -bar.swing_dkk))


class _Builder:
    def __init__(self, result: ResultData, pieces: Components) -> None:
        self.result = result
        self.ranges = {given.input: given for given in result.intervention.ranges}
        self.net = pieces.net_dkk.sum(axis=0)
        self.success = pieces.success_dkk.sum(axis=2)
        self.running = pieces.running_dkk.sum(axis=2)
        self.tax = (pieces.tax_dkk + pieces.running_tax_dkk).sum(axis=2)
        self.fixed = pieces.fixed_cost_dkk.sum(axis=1)
        self.per_person = pieces.person_cost_dkk.sum(axis=2)

    def vary_group(self, g: int) -> list[TornadoBar]:
        part = self.result.parts[g]
        place = f"target_groups[{g + 1}]"
        moved = (self.success[g] + self.running[g]).sum(axis=0) - self.per_person[:, g].sum(axis=0)
        name = _join(name_input("target_groups.participants"), part.group.name)
        bars = [self._scale(f"{place}.participants", name, moved, _span_by_default())]
        share = part.success.share
        if share != 0.0:
            bars.append(self._vary_share(f"{place}.net_success_share", part, self.success[g].sum(axis=0)))
        return bars

    def _vary_share(self, place: str, part: GroupPart, moved: FloatArray) -> TornadoBar:
        share, error = part.success.share, part.success.standard_error
        given = self.ranges.get(place)
        default = Range(place, (1 - DEFAULT_SPAN) * share, (1 + DEFAULT_SPAN) * share, "-")
        reason = _DEFAULT
        if error > 0:
            default = replace(default, low=share - Z_95 * error, high=share + Z_95 * error)
            reason = _INTERVAL
        most = 1.0 - (part.success.base_share or 0.0)
        if default.high > most:
            default = replace(default, high=most)
            reason = Text(
                f"{reason.da}, skåret af ved højest mulige", f"{reason.en}, cut off at the highest possible"
            )
        used = given or default
        return TornadoBar(
            input=place,
            name=_join(name_input("target_groups.net_success_share"), part.group.name),
            unit="share",
            base=share,
            low=used.low,
            high=used.high,
            low_by_payer_dkk=self.net + (used.low / share - 1.0) * moved,
            high_by_payer_dkk=self.net + (used.high / share - 1.0) * moved,
            reason=Text(given.reason, given.reason) if given else reason,
            is_default=given is None,
        )

    def vary_cost(self, number: int) -> TornadoBar:
        line = self.result.intervention.costs[number]
        moved = -(self.fixed[number] + self.per_person[number].sum(axis=0))
        name = _join(name_input("costs"), Text(line.name, line.name))
        return self._scale(f"costs[{number + 1}].amounts_dkk", name, moved, _span_by_default())

    def vary_consequence(self, c: int) -> list[TornadoBar]:
        """Vary price and use; a tax computed from it follows. A krone of tax has no price that varies."""
        consequence = self.result.consequences[c]
        moved = (self.success[:, c] + self.running[:, c] + self.tax[:, c]).sum(axis=0)
        if not moved.any():
            return []
        price = _join(Text("Pris", "Price"), consequence.name)
        use = _join(Text("Forbrug", "Use"), consequence.name)
        interval = self._find_interval(c, float(moved.sum()))
        bars = [self._scale(f"consequences.{consequence.key}", use, moved, interval)]
        if not consequence.is_dkk:
            bars.append(self._scale(f"prices.{consequence.key}", price, moved, _span_by_default()))
        return bars

    def _find_interval(self, c: int, total: float) -> tuple[float, float, Text]:
        """Return the 95 % interval of a consequence's value as factors."""
        if total == 0.0:
            return _span_by_default()
        result = self.result
        chosen = np.arange(len(result.consequences)) == c
        variance = 0.0
        for part in result.parts:
            signs = result.budget_sign
            prices = part.find_signed_prices(signs) + part.find_tax_prices(signs)
            gradient = find_priced_gradient(part, prices, result.discount_factors, chosen)
            variance += float(find_variance(gradient.sum(axis=(0, 1))[None], part.estimates)[0])
        half = Z_95 * float(np.sqrt(max(variance, 0.0))) / abs(total)
        return (1.0 - half, 1.0 + half, _INTERVAL)

    def vary_rate(self) -> list[TornadoBar]:
        """Vary the discount rate: to the values given, else all rates one percentage point down and up."""
        rates, given = self.result.rates, self.ranges.get("discount_rate")
        if not rates:
            return []
        base = rates[0].rate
        low, high = base - DEFAULT_RATE_SPAN, base + DEFAULT_RATE_SPAN
        if given is not None:
            low, high = given.low, given.high
        nets = []
        for value in (low, high):
            shift = value - base
            used = tuple(
                replace(rate, rate=value if given is not None else rate.rate + shift) for rate in rates
            )
            nets.append(self._discount(used))
        bar = TornadoBar(
            input="discount_rate",
            name=name_input("discount_rate"),
            unit="rate",
            base=base,
            low=low,
            high=high,
            low_by_payer_dkk=nets[0],
            high_by_payer_dkk=nets[1],
            reason=Text(given.reason, given.reason) if given else _RATE,
            is_default=given is None,
        )
        return [bar]

    def _discount(self, rates: tuple[DiscountRate, ...]) -> FloatArray:
        return discount_factors(rates, len(self.result.years)) @ self.result.net_dkk

    def _scale(
        self, place: str, name: Text, moved: FloatArray, default: tuple[float, float, Text]
    ) -> TornadoBar:
        given = self.ranges.get(place)
        low, high, reason = default
        if given is not None:
            low, high, reason = given.low, given.high, Text(given.reason, given.reason)
        return TornadoBar(
            input=place,
            name=name,
            unit="factor",
            base=1.0,
            low=low,
            high=high,
            low_by_payer_dkk=self.net + (low - 1.0) * moved,
            high_by_payer_dkk=self.net + (high - 1.0) * moved,
            reason=reason,
            is_default=given is None,
        )


def _span_by_default() -> tuple[float, float, Text]:
    return 1.0 - DEFAULT_SPAN, 1.0 + DEFAULT_SPAN, _DEFAULT


def _join(what: Text, whose: Text) -> Text:
    return Text(f"{what.da}: {whose.da}", f"{what.en}: {whose.en}")
