"""What counts as an answer and as a valid answer, said once for every table engine.

Only the part of narwhals on which all engines agree is used: rows become 0/1 columns, 0/1 columns are added up. A
comparison with a missing value is missing on some engines and false on others, so it is always the column that is
asked whether it is missing, never the comparison, and no comparison is negated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw

from shared.cases.columns import Column, Condition, Edit
from shared.cases.model import Source
from shared.errors import MeasureError, nearest
from shared.measures.engine import Frame, flag, lazy
from shared.measures.validity import NUMERIC, as_number, as_text, numbers_in, valid

_PLAIN = Column.model_validate({"role": "other"})


@dataclass(frozen=True)
class Answers:
    """A table with, for each column of interest, its answers beside it in a common form.

    For the column number i: ``raw{i}`` its text, ``text{i}`` the same where there is an answer (else missing),
    ``number{i}`` the number where a numeric column holds one, ``has{i}`` and ``ok{i}`` 1 for an answer and for a
    valid answer.
    """

    frame: Frame
    names: tuple[str, ...]
    rules: Mapping[str, Column]

    def rule(self, column: str) -> Column:
        """Return the declaration of a column; a plain text column where there is none."""
        return self.rules.get(column, _PLAIN)

    def raw(self, column: str) -> Any:
        """The text of a column, missing codes included."""
        return nw.col(f"raw{self._number(column)}")

    def text(self, column: str) -> Any:
        """The answers of a column as text."""
        return nw.col(f"text{self._number(column)}")

    def number(self, column: str) -> Any:
        """The answers of a numeric column as numbers, missing where they are none."""
        return nw.col(f"number{self._number(column)}")

    def has(self, column: str) -> Any:
        """1 where there is an answer."""
        return nw.col(f"has{self._number(column)}")

    def ok(self, column: str) -> Any:
        """1 where there is a valid answer."""
        return nw.col(f"ok{self._number(column)}")

    def holds(self, condition: Condition) -> Any:
        """1 where a condition of case.yaml is met; a missing value never meets one."""
        if condition.is_in is None:
            return self.has(condition.column)
        wanted = [as_text(value) for value in condition.is_in]
        met = self.raw(condition.column).is_in(wanted)
        if self.rule(condition.column).type in NUMERIC and (numbers := numbers_in(wanted)):
            met = met | self.number(condition.column).is_in(numbers)
        return flag(met & ~self.raw(condition.column).is_null())

    def applicable(self, column: str) -> Any:
        """1 where an answer is expected."""
        condition = self.rule(column).applicable_when
        return nw.lit(1, dtype=nw.Int64) if condition is None else self.holds(condition)

    def judged(self, edit: Edit) -> Any:
        """1 where a rule across columns can be judged: both sides are valid answers and its condition is met."""
        judged = self.ok(edit.left)
        if edit.right is not None:
            judged = judged * self.ok(edit.right)
        return judged if edit.when is None else judged * self.holds(edit.when)

    def passed(self, edit: Edit) -> Any:
        """1 where a rule is judged and kept."""
        sides = [edit.left] if edit.right is None else [edit.left, edit.right]
        numeric = all(self.rule(side).type in NUMERIC for side in sides)
        left = self.number(edit.left) if numeric else self.text(edit.left).fill_null("")
        if edit.right is not None:
            right = self.number(edit.right) if numeric else self.text(edit.right).fill_null("")
        else:
            right = float(edit.value or 0) if numeric else as_text(edit.value if edit.value is not None else "")
        compared = {
            "<": left < right, "<=": left <= right, "==": left == right,
            "!=": left != right, ">=": left >= right, ">": left > right,
        }[edit.op]  # fmt: skip
        return flag(compared) * self.judged(edit)

    def _number(self, column: str) -> int:
        if column not in self.names:
            raise MeasureError(f'There is no column "{column}".', hint=nearest(column, self.names))
        return self.names.index(column)


def read_answers(frame: Any, source: Source, columns: Iterable[str] = (), *, declared: bool = True) -> Answers:
    """Bring the declared columns of a source, and ``columns`` (derived ones), to their common form.

    Args:
        frame: table of pandas, polars (eager or lazy), DuckDB, Dask or PySpark; columns of text or typed.
        source: what the columns mean.
        columns: further columns wanted; taken as plain text unless declared.
        declared: False takes ``columns`` only.

    Raises:
        MeasureError: a column is not in the table (the nearest name is given).
    """
    table = lazy(frame)
    schema = dict(table.collect_schema().items())
    names = tuple(dict.fromkeys([*(source.columns if declared else ()), *columns]))
    if absent := [name for name in names if name not in schema]:
        raise MeasureError(f'There is no column "{absent[0]}".', hint=nearest(absent[0], schema))
    rules = source.columns
    # only the new columns go on, so that no name of the organisation's can meet one of ours
    table = table.select(**{f"raw{i}": _text(name, schema[name]) for i, name in enumerate(names)})
    table = table.with_columns(
        **{f"text{i}": _answer(f"raw{i}", rules.get(name, _PLAIN)) for i, name in enumerate(names)}
    )
    numeric = {i: name for i, name in enumerate(names) if rules.get(name, _PLAIN).type in NUMERIC}
    if numeric:
        table = table.with_columns(**{f"number{i}": as_number(f"text{i}") for i in numeric})
    flags = {f"has{i}": flag(~nw.col(f"text{i}").is_null()) for i in range(len(names))}
    flags |= {f"ok{i}": flag(valid(i, rules.get(name, _PLAIN))) for i, name in enumerate(names)}
    return Answers(table.with_columns(**flags), names, rules)


def weight_of(answers: Answers, source: Source) -> Any:
    """The source's weights, or 1; raises ``MeasureError`` for a weight not declared as a number."""
    if source.weight is None:
        return nw.lit(1, dtype=nw.Int64)
    if answers.rule(source.weight).type not in ("integer", "number"):
        raise MeasureError(
            f'The weight "{source.weight}" must be declared as a number.', hint="Set its type to number in case.yaml."
        )
    return answers.number(source.weight)


def condition_columns(source: Source) -> list[str]:
    """Columns that conditions of other columns and rules look at (they may be derived ones)."""
    found = [rule.applicable_when.column for rule in source.columns.values() if rule.applicable_when]
    return [*found, *(edit.when.column for edit in source.edits if edit.when)]


def _text(name: str, dtype: Any) -> Any:
    """The column as text, the same on all engines; missing stays missing."""
    column = nw.col(name)
    present = ~column.is_null()
    if dtype.is_float() or dtype.is_decimal():
        number = column.cast(nw.Float64)
        present = present & ~number.is_nan()
        safe = nw.when(present).then(number).otherwise(nw.lit(0.0))
        whole = (safe == safe.floor()) & (safe.abs() < 1e15)
        as_whole = nw.when(whole).then(safe).otherwise(nw.lit(0.0)).cast(nw.Int64).cast(nw.String)
        return nw.when(present).then(nw.when(whole).then(as_whole).otherwise(safe.cast(nw.String)))
    if dtype.is_integer():
        return nw.when(present).then(column.fill_null(0).cast(nw.String))
    if dtype == nw.Boolean:
        return nw.when(present).then(nw.when(column).then(nw.lit("true")).otherwise(nw.lit("false")))
    if dtype == nw.Date or dtype == nw.Datetime:
        return column.dt.to_string("%Y-%m-%d")
    return column.cast(nw.String)


def _answer(raw: str, rule: Column) -> Any:
    """The text where it is an answer: not missing, not blank, not a code for *no answer*."""
    column = nw.col(raw)
    given = ~column.is_null() & (column.str.strip_chars() != "")
    if rule.missing:
        given = given & ~column.is_in(list(rule.missing))
    return nw.when(given).then(column)
