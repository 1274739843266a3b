"""What an organisation can declare so that an indicator can be computed without its records.

Every class is optional in ``case.yaml``; one that is left out makes its indicator *not known*, with the question
that would settle it. Counts are counts of things (units, findings, deliveries), never shares.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from shared.cases.columns import Scalar, Strict


class Dispositions(Strict):
    """What became of every unit on the list (REP-7, REP-8).

    ``unknown`` units could not be found out; ``eligible_share`` is the share of them taken to belong to the
    target population and must be given as soon as there are any.
    """

    responded: int = Field(ge=0)
    not_responded: int = Field(ge=0)
    unknown: int = Field(0, ge=0)
    not_eligible: int = Field(0, ge=0)
    eligible_share: float | None = Field(None, ge=0, le=1)


class ResponseCells(Strict):
    """An invited list with its outcome, counted in cells: one row a combination of ``by`` (REP-5, REP-6)."""

    source: str
    by: tuple[str, ...] = Field(min_length=1)
    responded: str
    invited: str


class Revision(Strict):
    """One published figure, as first published and as it stands now (ACC-5)."""

    label: str
    preliminary: float
    latest: float


class Reproduced(Strict):
    """Published estimates that the office recomputed from the records (DOC-4)."""

    tested: int = Field(ge=1)
    reproduced: int = Field(ge=0)

    @model_validator(mode="after")
    def _part_of_whole(self) -> Reproduced:
        if self.reproduced > self.tested:
            raise ValueError('"reproduced" is more than "tested"')
        return self


class Deliveries(Strict):
    """Waves or deliveries planned and arrived over the last three years (GOV-6)."""

    planned: int = Field(ge=1)
    delivered: int = Field(ge=0)

    @model_validator(mode="after")
    def _part_of_whole(self) -> Deliveries:
        if self.delivered > self.planned:
            raise ValueError('"delivered" is more than "planned"')
        return self


class Linkage(Strict):
    """Quality of a record linkage, from a clerical sample (ACC-7)."""

    precision: float = Field(ge=0, le=1)
    recall: float = Field(ge=0, le=1)


class CommonUnits(Strict):
    """Units in both the source and the official source, found with linked keys (REP-11)."""

    common: int = Field(ge=0)
    official: int = Field(ge=1)

    @model_validator(mode="after")
    def _part_of_whole(self) -> CommonUnits:
        if self.common > self.official:
            raise ValueError('"common" is more than "official"')
        return self


class Imputation(Strict):
    """Values of key variables filled in by the organisation, and values observed (DAT-6)."""

    imputed: int = Field(ge=0)
    observed: int = Field(ge=0)


class Contributors(Strict):
    """Who collected or contributed (PAR-4).

    Either the two counts, or a source with one row a record: ``column`` names the contributor and ``community``
    holds one of ``is_in`` where the contributor belongs to the group described.
    """

    total: int | None = Field(None, ge=1)
    from_community: int | None = Field(None, ge=0)
    source: str | None = None
    column: str | None = None
    community: str | None = None
    is_in: tuple[Scalar, ...] = ()

    @model_validator(mode="after")
    def _counts_or_records(self) -> Contributors:
        counts = (self.total is not None, self.from_community is not None)
        records = (self.source is not None, self.column is not None, self.community is not None, bool(self.is_in))
        if not ((all(counts) and not any(records)) or (all(records) and not any(counts))):
            raise ValueError('give "total" and "from_community", or "source", "column", "community" and "is_in"')
        if self.total is not None and self.from_community is not None and self.from_community > self.total:
            raise ValueError('"from_community" is more than "total"')
        return self


class RepeatPairs(Strict):
    """First answer and repeat on the same unit, as two columns of a source with one row a unit (PRO-8)."""

    source: str
    first: str
    second: str
    ordered: tuple[str, ...] = ()
    """The categories in order, where they have one; weighted kappa is used then."""


class Scorers(Strict):
    """Several people scoring the same units: one row a unit, one column a scorer (PRO-9)."""

    source: str
    columns: tuple[str, ...] = Field(min_length=2)
    level: Literal["nominal", "ordinal", "interval", "ratio"]


class Interviewer(Strict):
    """Who collected each record, and the outcome whose variance is looked at (PRO-10).

    ``outcome`` is numeric; with ``is_in`` it is the share of records holding one of those values.
    """

    source: str
    column: str
    outcome: str
    is_in: tuple[Scalar, ...] = ()


class Themes(Strict):
    """New themes in each interview, in the order of the interviews (QUA-2)."""

    new_per_interview: tuple[int, ...] = Field(min_length=6)

    @model_validator(mode="after")
    def _not_negative(self) -> Themes:
        if min(self.new_per_interview) < 0:
            raise ValueError("a number of new themes is below 0")
        return self


class Coders(Strict):
    """Double-coded segments: one row a segment (and code, if ``code`` is given), one column a coder (QUA-3)."""

    source: str
    columns: tuple[str, ...] = Field(min_length=2)
    code: str | None = None


class Findings(Strict):
    """Findings of a qualitative study and what each rests on (QUA-7, QUA-9)."""

    total: int = Field(ge=1)
    grounded: int | None = Field(None, ge=0)
    """Supported by at least three participants and one quotation."""
    counter_examples_sought: int | None = Field(None, ge=0)

    @model_validator(mode="after")
    def _part_of_whole(self) -> Findings:
        if max(self.grounded or 0, self.counter_examples_sought or 0) > self.total:
            raise ValueError('"grounded" or "counter_examples_sought" is more than "total"')
        return self


class FrameworkMatrix(Strict):
    """Theme x case cells, and those with a summary or an explicit "not raised" (QUA-8)."""

    cells: int = Field(ge=1)
    filled: int = Field(ge=0)

    @model_validator(mode="after")
    def _part_of_whole(self) -> FrameworkMatrix:
        if self.filled > self.cells:
            raise ValueError('"filled" is more than "cells"')
        return self


class Series(Strict):
    """Periods of the series in order; ``breaks`` are the periods from which figures are no longer comparable
    with earlier ones (COH-2)."""

    periods: tuple[str, ...] = Field(min_length=1)
    breaks: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _known_periods(self) -> Series:
        if len(set(self.periods)) != len(self.periods):
            raise ValueError('a period stands twice in "periods"')
        if unknown := [period for period in self.breaks if period not in self.periods]:
            raise ValueError(f'"breaks" names a period that is not in "periods": {", ".join(unknown)}')
        return self


class DomainPairs(Strict):
    """The same figure from the source and from a comparator, area by area or group by group (COH-3).

    The source's figure is the share of all records (or of ``count``) that fall into the domain, or, with
    ``column`` and ``is_in``, the share of each domain's records with that answer. The comparator's figure is
    ``reference_value`` by ``reference_by``; ``reference_is`` says whether it is a count or already a share (0-1).
    """

    label: str
    source: str
    by: str
    count: str | None = None
    column: str | None = None
    is_in: tuple[Scalar, ...] = ()
    reference: str
    reference_by: str
    reference_value: str
    reference_is: Literal["count", "share"] = "count"

    @model_validator(mode="after")
    def _whole(self) -> DomainPairs:
        if (self.column is None) != (not self.is_in):
            raise ValueError('give "column" together with "is_in"')
        if (self.column is not None) != (self.reference_is == "share"):
            raise ValueError('a share of answers ("column") is compared with "reference_is: share", and only that')
        return self
