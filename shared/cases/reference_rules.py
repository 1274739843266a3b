"""What case.yaml says a reference table must fulfil before anything is compared with it."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from shared.cases.columns import Condition, Strict
from shared.cases.placing import AREA_YEARS, AreaSystem

_ONE_OR_MANY = BeforeValidator(lambda given: given if isinstance(given, (list, tuple)) else (given,))
Country = Literal["England", "Wales", "Scotland", "Northern Ireland"]


class AddsUp(Strict):
    """Parts that add up to a total, in every row (or in every group of ``by``), within ``tolerance``.

    Wide tables: ``total`` and ``parts`` are columns. Long tables: ``category`` is the column of labels, ``count``
    that of numbers, ``total`` and ``parts`` are labels. One part alone says that two figures are the same base.
    ``tolerance`` is the largest difference of one row, in units; perturbed tables differ by a few tens.
    """

    total: str
    parts: tuple[str, ...] = Field(min_length=1)
    tolerance: float = Field(0, ge=0)
    category: str | None = None
    count: str | None = None
    by: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _wide_or_long(self) -> Self:
        if (self.category is None) != (self.count is None):
            raise ValueError('give "category" together with "count": the column of labels and that of numbers')
        return self


class Complete(Strict):
    """Every area of a system and year is in ``column``, and no other. ``countries`` narrows a British list."""

    column: str
    system: AreaSystem
    vintage: int
    countries: tuple[Country, ...] = ()

    @model_validator(mode="after")
    def _known(self) -> Self:
        first, last = AREA_YEARS[self.system]
        if not first <= self.vintage <= last:
            raise ValueError(f"the areas of {self.system} are known for {first} to {last}, not for {self.vintage}")
        return self


class GrandTotal(Strict):
    """The sum of ``column`` is the published figure ``expected``, give or take ``tolerance``; ``source`` says whose."""

    column: str
    expected: float
    tolerance: float = Field(0, ge=0)
    source: str = Field(min_length=3)
    where: tuple[Condition, ...] = ()


class SameBase(Strict):
    """``column`` counts the same kind of thing as ``like_column`` of another reference, area by area.

    The median ratio over the areas lies within ``ratio``: a table of households (a ratio of about 0.4 to residents),
    of adults, or of another country's people does not.
    """

    column: str
    by: str
    like: str
    like_by: str
    like_column: str
    ratio: tuple[float, float] = (0.9, 1.1)


class ReferenceRules(Strict):
    """The checks of one reference source; what is left out is not checked. Each may be one entry or a list."""

    unique: Annotated[tuple[str, ...], _ONE_OR_MANY] = ()
    """The column, or the columns together, that name each row once: no area stands there twice."""
    complete: Literal[True] | Complete | None = None
    """``true`` takes column, system and year from the block ``area``, whose reference this source must be."""
    adds_up: Annotated[tuple[AddsUp, ...], _ONE_OR_MANY] = ()
    total: Annotated[tuple[GrandTotal, ...], _ONE_OR_MANY] = ()
    same_base: Annotated[tuple[SameBase, ...], _ONE_OR_MANY] = ()
    not_negative: Annotated[tuple[str, ...], _ONE_OR_MANY] = ()
