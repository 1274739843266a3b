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
from shared.measures.validity import LARGEST, NUMERIC, as_number, as_text, numbers_in, valid

_PLAIN = Column.model_validate({"role": "other"})


@dataclass(frozen=True)
class Answers:
    """A table with, for each column of interest, its answers beside it in a common form.

    For the column number i: ``raw{i}`` its text, ``text{i}`` the same where there is an answer (else missing),
    ``number{i}`` the number where a numeric column holds one, ``has{i}`` and ``ok{i}`` 1 for an answer and for a
    valid answer. ``days`` are the columns that hold days as such (``day{i}``), which are then compared as days.
    """

    frame: Frame
    names: tuple[str, ...]
    rules: Mapping[str, Column]
    days: frozenset[str] = frozenset()

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
        if edit.right is not None and self.days.issuperset(sides):
            first, second = (nw.col(f"day{self._number(side)}") for side in sides)
            return flag(_compared(first, edit.op, second)) * self.judged(edit)
        left = self.number(edit.left) if numeric else self.text(edit.left).fill_null("")
        if edit.right is not None:
            right = self.number(edit.right) if numeric else self.text(edit.right).fill_null("")
        else:
            right = float(edit.value or 0) if numeric else as_text(edit.value if edit.value is not None else "")
        return flag(_compared(left, edit.op, right)) * self.judged(edit)

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
    numbers = {n: rule for n in names if (rule := rules.get(n, _PLAIN)).type in NUMERIC and _is_number(schema[n])}
    days = frozenset(n for n in names if schema[n] == nw.Date and _only_a_day(rules.get(n, _PLAIN)))
    # only the new columns go on, so that no name of the organisation's can meet one of ours
    table = table.select(
        **{f"raw{i}": _text(name, schema[name]) for i, name in enumerate(names)},
        **{f"figure{i}": _figure(name, schema[name]) for i, name in enumerate(names) if name in numbers},
        **{f"day{i}": nw.col(name) for i, name in enumerate(names) if name in days},
    )
    given = {i: _given(i, name, rules.get(name, _PLAIN), numbers, days) for i, name in enumerate(names)}
    table = table.with_columns(**{f"text{i}": nw.when(said).then(nw.col(f"raw{i}")) for i, said in given.items()})
    figures = {
        f"number{i}": nw.when(given[i] & (nw.col(f"figure{i}").abs() < LARGEST)).then(nw.col(f"figure{i}"))
        if name in numbers
        else as_number(f"text{i}")
        for i, name in enumerate(names)
        if rules.get(name, _PLAIN).type in NUMERIC
    }
    if figures:
        table = table.with_columns(**figures)
    flags = {f"has{i}": flag(said) for i, said in given.items()}
    for i, name in enumerate(names):
        typed = "number" if name in numbers else "day" if name in days else ""
        flags[f"ok{i}"] = flag(valid(i, rules.get(name, _PLAIN), typed))
    return Answers(table.with_columns(**flags), names, rules, days)


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


def _is_number(dtype: Any) -> bool:
    return bool(dtype.is_integer() or dtype.is_float())


def _only_a_day(rule: Column) -> bool:
    return rule.type == "date" and not rule.missing and rule.allowed is None and rule.pattern is None


def _figure(name: str, dtype: Any) -> Any:
    """Return a column that holds numbers as such, missing where it holds none: nothing need be read from text."""
    column = nw.col(name).cast(nw.Float64)
    return nw.when(~column.is_nan() & ~column.is_null()).then(column) if dtype.is_float() else column


def _given(i: int, name: str, rule: Column, numbers: Mapping[str, Column], days: frozenset[str]) -> Any:
    """Return the condition of an answer: not missing, not blank, not a code for *no answer*."""
    if name in days:
        return ~nw.col(f"day{i}").is_null()
    if name in numbers:
        codes = [float(code) for code in rule.missing if _as_typed(code)]
        said = ~nw.col(f"figure{i}").is_null()
        return said & ~nw.col(f"figure{i}").is_in(codes) if codes else said
    column = nw.col(f"raw{i}")
    given = ~column.is_null() & (column.str.strip_chars() != "")
    return given & ~column.is_in(list(rule.missing)) if rule.missing else given


def _as_typed(code: str) -> bool:
    """Tell whether a number is ever written like this code (-9, not -9.0); any other code meets no number."""
    try:
        return as_text(float(code)) == code or (str(float(code)) == code and not float(code).is_integer())
    except ValueError:
        return False


def _compared(left: Any, op: str, right: Any) -> Any:
    return {
        "<": left < right, "<=": left <= right, "==": left == right,
        "!=": left != right, ">=": left >= right, ">": left > right,
    }[op]  # fmt: skip
