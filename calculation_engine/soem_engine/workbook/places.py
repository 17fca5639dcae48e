"""Where things stand in the workbook: addresses that one sheet writes and another reads.

Here: the addresses. Not here: the cells (the sheets). Letters as in `result`: G groups, T years, C consequences, L cost
lines, P payers, K relative years.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class GroupPlaces:
    """Addresses of one target group's inputs."""

    share: str = ""
    duration: str = ""
    dropout: str = ""
    """Empty where participants who complete are typed."""
    starting: list[str] = field(default_factory=list)
    """(T,) persons starting."""
    completing: list[str] = field(default_factory=list)
    """(T,) persons completing."""
    participant_years: list[str] = field(default_factory=list)
    """(T,) years spent in the course."""
    is_on: dict[int, str] = field(default_factory=dict)
    """By consequence: yes or no."""
    values: dict[int, str] = field(default_factory=dict)
    """By consequence: the block of its profile."""
    running: dict[int, str] = field(default_factory=dict)
    """By consequence: change per participant-year."""
    prices: dict[tuple[int, int], list[str]] = field(default_factory=dict)
    """By consequence and year: (P,) price per unit in the price level of the result."""
    use_change: dict[tuple[int, int], str] = field(default_factory=dict)
    """By consequence and year: change in use."""
    money: dict[tuple[int, int], str] = field(default_factory=dict)
    """By consequence and payer: the block of its years, kr."""
    money_totals: list[list[str]] = field(default_factory=list)
    """(P, T) all consequences, kr."""


@dataclass
class Places:
    """Addresses of everything another sheet needs."""

    horizon: str = ""
    lag: str = ""
    rates: list[tuple[str, str, str]] = field(default_factory=list)
    """Discount rates: addresses of first year, last year, rate."""
    index: dict[int, str] = field(default_factory=dict)
    """Price index by calendar year."""
    groups: list[GroupPlaces] = field(default_factory=list)
    yes: str = ""
    """The word in a cell that switches a consequence on."""
    signs: list[str] = field(default_factory=list)
    """(C,) +1 for an expense, -1 for revenue."""
    cost_amounts: list[list[str]] = field(default_factory=list)
    """(L, T) amount in the price level of the costs, per participant where the line is."""
    cost_shares: list[list[str]] = field(default_factory=list)
    """(L, P) who pays."""
    cost_refunds: list[list[str]] = field(default_factory=list)
    """(L, T) the state's refund of single cases; a line without any has none."""
    share_checks: list[str] = field(default_factory=list)
    """Cells that say whether a row of shares adds up to all of it."""
    committee_shares: dict[str, list[str]] = field(default_factory=dict)
    """`consequence`, `cost`: (B,) the column of each committee's shares; empty without a structure."""
    years: list[str] = field(default_factory=list)
    """(T,) calendar years in the calculation."""
    factors: str = ""
    """Block of the (T,) discount factors, 0 after the horizon."""
    in_horizon: list[str] = field(default_factory=list)
    """(T,) 1 inside the horizon, else 0."""
    participants: str = ""
    """Block of the (T,) persons completing, all groups, inside the horizon."""
    participants_by_year: list[str] = field(default_factory=list)
    operation: list[str] = field(default_factory=list)
    """(T,) 1 in the years of operation, else 0."""
    costs: list[list[list[str]]] = field(default_factory=list)
    """(L, P, T) costs, kr."""
    consequences_by_payer: list[list[str]] = field(default_factory=list)
    """(P, T) consequences, kr."""
    costs_by_payer: list[list[str]] = field(default_factory=list)
    """(P, T) costs, kr."""
    net_present_value: str = ""
    per_participant: str = ""
    break_even_year: str = ""
    benefit_per_krone: str = ""
    by_payer: dict[str, list[str]] = field(default_factory=dict)
    """`consequences`, `costs`, `net`: (P + 1,) discounted, the total last."""
