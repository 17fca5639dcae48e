"""The calculation engine of SØM: what does an intervention cost and save, for whom, and when?

Everything a user needs is named here:

>>> from soem_engine import calculate, load_intervention, open_release
>>> with open_release("outputs/releases/2026.1-sample") as release:  # doctest: +SKIP
...     result = calculate(release, load_intervention("icm_homeless.toml", release))
"""

from __future__ import annotations

from soem_engine.amounts import PAYERS, CommitteeShares, PayerAmounts, PayerShares, YearAmounts
from soem_engine.break_evens import BreakEven
from soem_engine.calculation import calculate
from soem_engine.combination import Combination, combine
from soem_engine.comparison import Comparison, compare
from soem_engine.consequence_inputs import (
    CommitteeStructure,
    ConsequenceChoice,
    NewConsequence,
    OwnConsequence,
    OwnPrice,
    Range,
    WhileRunning,
)
from soem_engine.contract import CONTRACT, KNOWN_CONTRACTS
from soem_engine.cost_inputs import CostItem, CostLine, SingleCase
from soem_engine.csv_export import write_csv
from soem_engine.errors import EngineError, InputError, MissingExtraError, Problem, ReleaseError
from soem_engine.group_inputs import OwnGroup, SuccessChain, TargetGroupInput
from soem_engine.intervention import Assumption, Intervention
from soem_engine.intervention_file import load_intervention, read_intervention
from soem_engine.notices import Caveat, NotCounted
from soem_engine.plan import Overlap, Plan, load_plan
from soem_engine.release import Release, open_release
from soem_engine.result import Result
from soem_engine.schema import find_schema
from soem_engine.sensitivity import Sensitivity, Switch, TwoWayTable, find_sensitivity
from soem_engine.terminal import format_result
from soem_engine.tipping_points import TippingPoint
from soem_engine.tornado import TornadoBar
from soem_engine.uncertainty import MonteCarlo, run_monte_carlo
from soem_engine.value_of_success import find_value_of_success
from soem_engine.version import VERSION

__all__ = [
    "CONTRACT",
    "KNOWN_CONTRACTS",
    "PAYERS",
    "VERSION",
    "Assumption",
    "BreakEven",
    "Caveat",
    "Combination",
    "CommitteeShares",
    "CommitteeStructure",
    "Comparison",
    "ConsequenceChoice",
    "CostItem",
    "CostLine",
    "EngineError",
    "InputError",
    "Intervention",
    "MissingExtraError",
    "MonteCarlo",
    "NewConsequence",
    "NotCounted",
    "Overlap",
    "OwnConsequence",
    "OwnGroup",
    "OwnPrice",
    "PayerAmounts",
    "PayerShares",
    "Plan",
    "Problem",
    "Range",
    "Release",
    "ReleaseError",
    "Result",
    "Sensitivity",
    "SingleCase",
    "SuccessChain",
    "Switch",
    "TargetGroupInput",
    "TippingPoint",
    "TornadoBar",
    "TwoWayTable",
    "WhileRunning",
    "YearAmounts",
    "calculate",
    "combine",
    "compare",
    "find_schema",
    "find_sensitivity",
    "find_value_of_success",
    "format_result",
    "load_intervention",
    "load_plan",
    "open_release",
    "read_intervention",
    "run_monte_carlo",
    "write_csv",
]
