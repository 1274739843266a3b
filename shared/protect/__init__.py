"""Disclosure control: nothing is charted, mapped, tabulated or released that has not come through here."""

from shared.protect.cells import NOT_RECORDED
from shared.protect.compare import compare
from shared.protect.counts import protect_counts
from shared.protect.measurements import protect_measurement
from shared.protect.policy import POLICIES, Policy, find_policy
from shared.protect.public import public_table
from shared.protect.rates import protect_rates
from shared.protect.regroup import regroup
from shared.protect.table import Column, SafeTable, require_safe

__all__ = [
    "NOT_RECORDED",
    "POLICIES",
    "Column",
    "Policy",
    "SafeTable",
    "compare",
    "find_policy",
    "protect_counts",
    "protect_measurement",
    "protect_rates",
    "public_table",
    "regroup",
    "require_safe",
]
