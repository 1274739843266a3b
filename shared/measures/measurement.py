"""What a computed indicator hands on: counts first, then the rate and its interval, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shared.framework.register import load_register


class State(StrEnum):
    """Whether an indicator has a value. The three states without one are never shown or counted as a number."""

    MEASURED = "measured"
    NOT_KNOWN = "not known"
    NOT_APPLICABLE = "not applicable"
    ERROR = "error"


@dataclass(frozen=True)
class Part:
    """One line of the working behind an indicator (a variable, a margin, a group).

    ``key`` is what case.yaml calls it (column, margin or estimate id), so that a chart can find it again.
    """

    label: str
    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    low: float | None = None
    high: float | None = None
    note: str = ""
    key: str = ""


@dataclass(frozen=True)
class Measurement:
    """One computed indicator of one case study.

    value, low, high  in the indicator's own unit (register entry); low/high is the interval named in ``method``
    numerator, denominator  the counts behind a ratio (records, persons or cells as ``counted`` says); None elsewhere
    parts       the working, line by line; never record-level
    reason      why there is no value (not applicable, error), in plain English
    question    what to ask the organisation, when not known
    text        the value as it must be printed where a number alone misleads ("8+2")
    """

    indicator: str
    state: State
    value: float | None = None
    low: float | None = None
    high: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    counted: str = "records"
    method: str = ""
    parts: tuple[Part, ...] = ()
    reason: str = ""
    question: str = ""
    note: str = ""
    text: str = ""

    @classmethod
    def not_known(cls, indicator: str, question: str = "", reason: str = "") -> Measurement:
        """Build the *not known* state: something is missing, and a question would settle it.

        It is the register's, unless what is missing calls for another one.
        """
        question = question or load_register()[indicator].question
        return cls(indicator, State.NOT_KNOWN, question=question, reason=reason)

    @classmethod
    def not_applicable(cls, indicator: str, reason: str) -> Measurement:
        """Build the *not applicable* state; the reason is always written."""
        return cls(indicator, State.NOT_APPLICABLE, reason=reason)
