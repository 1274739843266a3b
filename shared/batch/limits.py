"""What one notebook may use before it is ended."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """``seconds`` for the whole notebook; ``memory`` of its kernel in MB, 0 for all there is; ``output`` in MB."""

    seconds: float = 900
    memory: int = 0
    output: int = 100
