"""A few things the organisation could change, and what each would do to the verdict on every intended use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from shared.framework.register import load_register
from shared.protect import public_table
from shared.report.blocks import Prose, Section, literal
from shared.report.datatable import DataTable
from shared.report.words import USE_NAMES, in_unit, listing
from shared.verdict.if_changed import if_changed

if TYPE_CHECKING:
    from shared.report.study import Study
    from shared.verdict.assess import UseResult

TOGETHER = "All of these together"


def changes(study: Study, proposed: Mapping[str, Mapping[str, float]]) -> Section:
    """Show what each proposed change would move, and what they would move together.

    ``proposed`` names each change as the organisation would make it, with the indicators it would bring up and to which
    value (0 to 4 where judged). The verdict is worked out again with these values by the same rules; what a change
    would really achieve is the assessor's expectation, and is shown as that.
    """
    wanted = [use.use for use in study.case.intended_uses]
    now = {use.use: use for use in study.assessment.uses}
    together: dict[str, float] = {}
    for values in proposed.values():
        together |= values
    rows = []
    for name, values in {**proposed, TOGETHER: together}.items():
        then = {use.use: use for use in _tried(study, values)}
        rows.append(
            {"change": name, "rises": "–" if name == TOGETHER else _rises(study, values)}
            | {use: _moved(now[use], then[use]) for use in wanted}
        )
    labels = {"change": "If the organisation were to …", "rises": "Expected to rise"}
    labels |= {use: USE_NAMES[use] for use in wanted}
    table = public_table(
        pd.DataFrame(rows), title="What three changes would move" if len(proposed) == 3 else "What these changes would move",
        source_line="the rules of this assessment, put again to the changed values; what would rise is the assessor’s expectation",
        labels=labels, roles=dict.fromkeys(("rises", *wanted), "text"),
    )  # fmt: skip
    last = {use.use: use for use in _tried(study, together)}
    return Section([Prose(_in_short(now, last, wanted)), DataTable(table)])


def _tried(study: Study, values: Mapping[str, float]) -> tuple[UseResult, ...]:
    return if_changed(study.case, study.exact, study.judged.values(), values)


def _rises(study: Study, values: Mapping[str, float]) -> str:
    register = load_register()
    said = []
    for indicator, to in values.items():
        entry = register[indicator]
        if entry.kind == "judged":
            before = study.judged[indicator].score
            step = f"{'not known' if before is None else f'{before:g}'} → {to:g} of 4"
        else:
            value = study.measurements[indicator].value
            step = f"{'not known' if value is None else in_unit(value, entry.unit)} → {in_unit(to, entry.unit)}"
        said.append(f"{indicator} {entry.name}: {step}")
    return "; ".join(said)


def _moved(now: UseResult, then: UseResult) -> str:
    """Say how many conditions stand against a use, and how many are open, before and after."""
    if then.status == "met":
        return "met"
    pairs = (("not met", len(now.unmet), len(then.unmet)), ("not known", len(now.unknown), len(then.unknown)))
    return ", ".join(
        f"{before} → {after} {word}" if before != after else f"{before} {word}"
        for word, before, after in pairs
        if before or after
    )


def _in_short(now: Mapping[str, UseResult], then: Mapping[str, UseResult], wanted: Sequence[str]) -> str:
    opened = [USE_NAMES[use].lower() for use in wanted if then[use].status == "met" and now[use].status != "met"]
    if opened:
        rest = [USE_NAMES[use].lower() for use in wanted if then[use].status != "met"]
        more = f" {listing(rest).capitalize()} would need more." if rest else ""
        return f"Together they would open: **{listing(opened)}**.{literal(more)}"
    before = sum(len(now[use].unmet) + len(now[use].unknown) for use in wanted)
    after = sum(len(then[use].unmet) + len(then[use].unknown) for use in wanted)
    return (
        f"Together they would settle **{before - after} of the {before} conditions** that stand between the data and the intended "
        "uses, and by themselves open none of them; the smallest sets that would are worked out in the next section. A change "
        "can raise a score and bring a use closer without settling a condition by itself."
    )
