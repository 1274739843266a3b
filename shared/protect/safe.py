"""The room's contract in one place: what other rooms import from disclosure control."""

from shared.protect.compare import compare
from shared.protect.counts import protect_counts
from shared.protect.measurements import protect_measurement
from shared.protect.public import public_table
from shared.protect.rates import protect_rates
from shared.protect.regroup import regroup
from shared.protect.table import Column, SafeTable, require_safe

__all__ = [
    "Column",
    "SafeTable",
    "compare",
    "protect_counts",
    "protect_measurement",
    "protect_rates",
    "public_table",
    "regroup",
    "require_safe",
]
