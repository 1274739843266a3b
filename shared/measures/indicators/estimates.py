"""The key estimates of a case study: share, design effect, interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

from shared.cases.model import Estimate
from shared.measures.indicators.context import Context
from shared.measures.indicators.groups import answer_counts
from shared.measures.indicators.tables import as_counts
from shared.measures.intervals import design_effect, wilson
from shared.measures.tabulation import CLUSTER
from shared.measures.validity import as_text
from shared.measures.weighting import kish
from shared.sources.typed import as_text as column_as_text


@dataclass(frozen=True)
class Estimated:
    """One estimate: ``yes`` of ``total`` (weighted, if there are weights), from ``records`` answers.

    ``low`` and ``high`` are the Wilson limits with ``records / deff``; ``se`` the standard error; ``cv_weights`` the
    coefficient of variation of the weights.
    """

    spec: Estimate
    yes: float
    total: float
    records: float
    deff: float
    low: float
    high: float
    cv_weights: float

    @property
    def share(self) -> float:
        """The estimate, as a proportion."""
        return self.yes / self.total

    @property
    def se(self) -> float:
        """Its standard error, with the design effect."""
        return math.sqrt(self.share * (1 - self.share) * self.deff / self.records)


def estimate_all(context: Context) -> tuple[Estimated, ...]:
    """Return every estimate of the case study that has at least one answer (made once)."""
    return context.once(
        "estimates",
        lambda: tuple(found for spec in context.case.estimates if (found := _estimate(context, spec)) is not None),
    )


def population_of(context: Context, spec: Estimate) -> float | None:
    """Return the size of the population an estimate refers to, or None when nobody stated it."""
    return spec.population or context.case.features.eligible or None


def _estimate(context: Context, spec: Estimate) -> Estimated | None:
    wanted = [as_text(value) for value in spec.is_in]
    source = context.source(spec.source)
    deff, cv_weights = spec.design_effect, 0.0
    if source.kind == "records":
        found = answer_counts(context, spec.source, spec.column, cluster=bool(source.cluster))
        hit = found[spec.column].isin(wanted)
        records, total = float(found["n"].sum()), float(found["weight"].sum())
        yes = float(found.loc[hit, "weight"].sum())
        if total > 0 and source.weight:
            effect = kish(found["weight"] / found["n"], found["n"]).deff
            cv_weights = math.sqrt(max(0.0, effect - 1))
            deff *= effect
        if total > 0 and source.cluster and not spec.design_effect_reason and spec.design_effect == 1:
            sums = found.assign(yes=found["weight"] * hit).groupby(found[CLUSTER].fillna(""))[["yes", "weight"]].sum()
            if len(sums) > 1:
                deff = max(1.0, design_effect(sums["yes"], sums["weight"], records))
    else:
        frame = context.frame(spec.source)
        labels, counts = column_as_text(frame[spec.column]), as_counts(frame, spec.count or "")
        records = total = float(counts[labels.notna()].sum())
        yes = float(counts[labels.isin(wanted)].sum())
    if not total > 0:
        return None
    interval = wilson(yes / total * records, records, deff=deff)
    return Estimated(spec, yes, total, records, deff, interval.low, interval.high, cv_weights)
