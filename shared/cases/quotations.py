"""What case.yaml says of quotations: which may be printed, what in them is masked, and who reviewed the result."""

from __future__ import annotations

from datetime import date

from pydantic import Field, model_validator

from shared.cases.columns import Condition, Strict


class Quotations(Strict):
    """Words of people that may be printed.

    ``column`` is free text; a record is quoted only where ``publishable`` holds. Masked are the answers in
    ``mask_columns`` (names, towns) wherever they stand in any quotation, the words of ``mask_file`` (CSV in the case
    study's folder: words, instead), and dates and numbers always. A word with a capital letter inside a sentence must
    be masked or listed in ``keep``. ``reviewed`` is the fingerprint of the masked texts that the reviewer read
    (``casebook quotations SLUG`` prints both); a changed text has to be reviewed again.
    """

    source: str
    column: str
    publishable: Condition
    mask_columns: dict[str, str] = {}
    """Column -> what stands in place of its answers ("name", "place")."""
    mask_file: str | None = None
    keep: tuple[str, ...] = ()
    said_by: str | None = None
    """A column that may be published; who says it is printed where enough people are in the group."""
    reviewed_by: str | None = None
    reviewed_on: date | None = None
    reviewed: str | None = Field(None, pattern=r"^[0-9a-f]{64}$")

    @model_validator(mode="after")
    def _marked_on_purpose(self) -> Quotations:
        if not self.publishable.is_in:
            raise ValueError('"publishable" needs "is_in": the answers that mean that the words may be printed')
        given = [part is not None for part in (self.reviewed_by, self.reviewed_on, self.reviewed)]
        if any(given) and not all(given):
            raise ValueError('"reviewed_by", "reviewed_on" and "reviewed" belong together')
        return self
