"""What a survey tool recorded by itself: durations, interviewers, accuracy of places, days until records arrived."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from shared.protect import Policy
from shared.report.blocks import Block, Prose, literal
from shared.report.words import points
from shared.sources.large import LargeRecords
from shared.sources.paradata import Paradata, Spread, paradata_columns, read_paradata

if TYPE_CHECKING:
    from shared.report.study import Study


LOOKED_AT = 100_000
"""Of records too many to hold, so many are looked at: enough for a median and for nine in ten."""


def recorded_by_tool(study: Study) -> list[Block]:
    """Say it for every source of records that has such columns, with counts as the policy allows them."""
    blocks: list[Block] = []
    for source_id, source in study.case.records.items():
        told = _told(study, source_id)
        if told:
            intro = f"**What the survey tool recorded by itself** ({literal(source.title)})"
            blocks.append(Prose(f"{intro}\n\n{points([literal(text) for text in told])}"))
    return blocks


def _told(study: Study, source_id: str) -> tuple[str, ...]:
    rows, step = study.rows(source_id), 1
    if isinstance(rows, LargeRecords):
        names = [name for name in vars(paradata_columns(rows.columns)).values() if name is not None]
        if not names:
            return ()
        rows, step = rows.part(names, LOOKED_AT)
    said = protected(read_paradata(rows), study.settings.policy).sentences()
    return (f"One record in {step:,} was looked at, evenly chosen.", *said) if said and step > 1 else said


def protected(found: Paradata, policy: Policy) -> Paradata:
    """Return the same with every count rounded, and without the parts that rest on too few records."""
    return replace(
        found,
        minutes=_spread(found.minutes, policy),
        backwards=_count(found.backwards, policy),
        overnight=_count(found.overnight, policy),
        metres=_spread(found.metres, policy),
        days_to_send=_spread(found.days_to_send, policy),
        # a share of a handful of people is about each of them
        most=None if found.interviewers is not None and found.interviewers < 3 else found.most,
    )


def _spread(spread: Spread | None, policy: Policy) -> Spread | None:
    # one in ten of fewer than ten times the threshold is less than the threshold
    if spread is None or policy.hides(spread.counted / 10):
        return None
    return replace(spread, counted=policy.rounded(spread.counted))


def _count(count: int | None, policy: Policy) -> int | None:
    return None if count is None or policy.hides(count) else policy.rounded(count)
