"""What case.yaml says of a source's columns: their role, what a valid value is, and when one is required."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Scalar = str | int | float | bool
Role = Literal[
    "identifier",
    "quasi-identifier",
    "sensitive",
    "free text",
    "group",
    "area",
    "count",
    "date",
    "measure",
    "flag",
    "other",
]


class Strict(BaseModel):
    """Base of every definition: frozen, and an unknown key is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Condition(Strict):
    """``column`` holds one of ``is_in``; or, with ``is_in`` left out, holds any value."""

    column: str
    is_in: tuple[Scalar, ...] | None = None


class Column(Strict):
    """One column: ``role`` decides what protection does with it, the rest what counts as valid and required.

    ``missing`` lists the codes that mean *no answer* beside the empty cell; ``applicable_when`` narrows the
    records in which an answer is expected (item non-response is counted among those only).
    """

    role: Role
    type: Literal["text", "integer", "number", "date", "category", "boolean"] = "text"
    label: str = ""
    unit: str = ""
    required: bool = False
    allowed: tuple[str, ...] | None = None
    minimum: float | None = None
    maximum: float | None = None
    pattern: str | None = None
    not_before: str | None = Field(None, pattern=r"^\d{4}-\d{2}-\d{2}$")
    not_after: str | None = Field(None, pattern=r"^\d{4}-\d{2}-\d{2}$")
    missing: tuple[str, ...] = ()
    applicable_when: Condition | None = None
    purpose: str = ""
    """Why the organisation holds it; ETH-6 counts the personal columns that have one."""
    totals: tuple[str, ...] = ()
    """For groups of published tables: labels of rows that add up other rows (Total, All). Such rows are set apart,
    compared with the rows they add up, and never counted as data."""
    made_by: str | None = None
    """For counts of published tables: the column that says how many people are behind each count."""
    shown_as: str | None = None
    """For codes: the derived column that says the same in words; findings name the groups by it."""

    @model_validator(mode="after")
    def _rules_fit_type(self) -> Column:
        if self.type == "category" and self.allowed is None:
            raise ValueError('a column of type "category" needs "allowed"')
        if (self.minimum is not None or self.maximum is not None) and self.type not in ("integer", "number"):
            raise ValueError('"minimum" and "maximum" belong to columns of type integer or number')
        if (self.not_before or self.not_after) and self.type != "date":
            raise ValueError('"not_before" and "not_after" belong to columns of type date')
        if self.totals and self.role not in ("group", "area"):
            raise ValueError('"totals" belong to columns of role group or area')
        if self.made_by is not None and self.role != "count":
            raise ValueError('"made_by" belongs to columns of role count')
        return self


class Edit(Strict):
    """A rule across two columns (DAT-5); a record in which either side is missing is not judged by it."""

    id: str
    label: str
    left: str
    op: Literal["<", "<=", "==", "!=", ">=", ">"]
    right: str | None = None
    value: Scalar | None = None
    when: Condition | None = None

    @model_validator(mode="after")
    def _one_right_side(self) -> Edit:
        if (self.right is None) == (self.value is None):
            raise ValueError('give either "right" (a column) or "value", not both and not neither')
        return self


class Bands(Strict):
    """Cut a numeric column into labelled groups: ``starts`` 0, 16, 25 gives 0-15, 16-24, 25 and over."""

    kind: Literal["bands"] = "bands"
    column: str
    starts: tuple[int, ...] = Field(min_length=2)
    labels: tuple[str, ...] | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Bands:
        if list(self.starts) != sorted(set(self.starts)):
            raise ValueError('"starts" must rise')
        if self.labels is not None and len(self.labels) != len(self.starts):
            raise ValueError('"labels" needs one label for each start')
        return self

    def names(self) -> tuple[str, ...]:
        """Return the labels, in order."""
        if self.labels is not None:
            return self.labels
        ends = [f"{a}-{b - 1}" for a, b in zip(self.starts, self.starts[1:], strict=False)]
        return (*ends, f"{self.starts[-1]} and over")


class Recode(Strict):
    """Replace values by a declared map (or one kept in a CSV file with columns ``from`` and ``to``).

    A value that is not in the map becomes missing when ``others`` is ``missing`` and stays when it is ``keep``;
    both are counted and shown.
    """

    kind: Literal["recode"] = "recode"
    column: str
    map: dict[str, str] | None = None
    file: str | None = None
    others: Literal["missing", "keep"] = "missing"

    @model_validator(mode="after")
    def _one_map(self) -> Recode:
        if (self.map is None) == (self.file is None):
            raise ValueError('give either "map" or "file"')
        return self
