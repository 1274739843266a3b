"""What a data dictionary says, in the words of case.yaml."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

MOMENT = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?"
"""How survey tools write a moment: 2024-05-01T09:30:00.000+01:00."""


@dataclass
class Dictionary:
    """Column definitions and rules as case.yaml would write them, and what could not be taken over."""

    columns: dict[str, dict[str, Any]] = field(default_factory=dict)
    edits: list[dict[str, Any]] = field(default_factory=list)
    key: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)
