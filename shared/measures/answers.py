"""What counts as an answer and as a valid answer, said once for every table engine.

Only the part of narwhals on which all engines agree is used: rows become conditions, conditions are counted. A
comparison with a missing value is missing on some engines and false on others, so each condition made here begins by
asking the column whether it is missing: it is then true or false on every engine, and may be negated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw

from shared.cases.columns import Column, Condition, Edit
from shared.cases.model import Source
from shared.errors import MeasureError, nearest
from shared.measures.engine import Frame, lazy
from shared.measures.validity import LARGEST, NUMERIC, as_number, as_text, has_domain, numbers_in, one_of, valid

_PLAIN = Column.model_validate({"role": "other"})


@dataclass(frozen=True)
class Answers:
    """A table with, for each column of interest, its answers beside it in a common form.

    For the column number i: ``has{i}`` and ``ok{i}`` say whether there is an answer and a valid one. ``typed`` are
    the columns that hold numbers (``figure{i}``, all numbers in them) or days (``day{i}``) as such; of all others
    there is the text (``raw{i}``). ``number{i}`` are the answers of columns declared as numbers, and ``as_is{i}`` the
    columns ``untouched``.
    """

    frame: Frame
    names: tuple[str, ...]
    rules: Mapping[str, Column]
    typed: Mapping[str, str]
    untouched: tuple[str, ...] = ()

    def rule(self, column: str) -> Column:
        """Return the declaration of a column; a plain text column where there is none."""
        return self.rules.get(column, _PLAIN)

    def value(self, column: str) -> Any:
        """A column as it is grouped by: a number or a day as such, else the text, missing codes included."""
        what = {"": "raw", "day": "day"}.get(self.typed.get(column, ""), "figure")
        return nw.col(f"{what}{self._number(column)}")

    def as_is(self, column: str) -> Any:
        """A column as it came."""
        return nw.col(f"as_is{self.untouched.index(column)}")

    def text(self, column: str) -> Any:
        """The text of a column, missing codes included."""
        kind = {"": nw.String(), "day": nw.Date()}.get(self.typed.get(column, ""), nw.Float64())
        return as_words(self.value(column), kind)

    def number(self, column: str) -> Any:
        """The answers of a numeric column as numbers, missing where they are none."""
        return nw.col(f"number{self._number(column)}")

    def has(self, column: str) -> Any:
        """There is an answer."""
        return nw.col(f"has{self._number(column)}")

    def ok(self, column: str) -> Any:
        """There is a valid answer."""
        return nw.col(f"ok{self._number(column)}") if has_domain(self.rule(column)) else self.has(column)

    def holds(self, condition: Condition) -> Any:
        """A condition of case.yaml is met; a missing value never meets one."""
        column = condition.column
        if condition.is_in is None:
            return self.has(column)
        wanted = [as_text(value) for value in condition.is_in]
        value = self.value(column)
        if self.typed.get(column, "") in ("number", "whole number"):
            met = value.is_in([float(code) for code in wanted if as_typed(code)]) & ~value.is_null()
        else:
            text = self.text(column)
            met = one_of(text, wanted) & ~text.is_null()
        if self.rule(column).type in NUMERIC and (numbers := numbers_in(wanted)):
            number = self.number(column)
            met = met | (number.is_in(numbers) & ~number.is_null())
        return met

    def applicable(self, column: str) -> Any:
        """An answer is expected; None: always."""
        condition = self.rule(column).applicable_when
        return None if condition is None else self.holds(condition)

    def judged(self, edit: Edit) -> Any:
        """A rule across columns can be judged: both sides are valid answers and its condition is met."""
        judged = self.ok(edit.left)
        if edit.right is not None:
            judged = judged & self.ok(edit.right)
        return judged if edit.when is None else judged & self.holds(edit.when)

    def passed(self, edit: Edit) -> Any:
        """A rule is kept, where it can be judged."""
        sides = [edit.left] if edit.right is None else [edit.left, edit.right]
        numeric = all(self.rule(side).type in NUMERIC for side in sides)
        if edit.right is not None:
            days = all(self.typed.get(side) == "day" for side in sides)
            left, right = (self.value(side) if days else self._compared(side, numeric) for side in sides)
            return _compared(left, edit.op, right)
        value = float(edit.value or 0) if numeric else as_text(edit.value if edit.value is not None else "")
        return _compared(self._compared(edit.left, numeric), edit.op, value)

    def _compared(self, column: str, numeric: bool) -> Any:
        # Dask cannot compare a missing text with another
        return self.number(column) if numeric else self.text(column).fill_null("")

    def _number(self, column: str) -> int:
        if column not in self.names:
            raise MeasureError(f'There is no column "{column}".', hint=nearest(column, self.names))
        return self.names.index(column)


def read_answers(
    frame: Any, source: Source, columns: Iterable[str] = (), *, declared: bool = True, untouched: Iterable[str] = ()
) -> Answers:
    """Bring the declared columns of a source, and ``columns`` (derived ones), to their common form.

    Args:
        frame: table of pandas, polars (eager or lazy), DuckDB, Dask or PySpark; columns of text or typed.
        source: what the columns mean.
        columns: further columns wanted; taken as plain text unless declared.
        declared: False takes ``columns`` only.
        untouched: columns that are also wanted as they are.

    Raises:
        MeasureError: a column is not in the table (the nearest name is given).
    """
    table = lazy(frame)
    schema = dict(table.collect_schema().items())
    names = tuple(dict.fromkeys([*(source.columns if declared else ()), *columns]))
    kept = tuple(dict.fromkeys(untouched))
    check_columns(schema, [*names, *kept])
    rules = source.columns
    typed = {n: kind for n in names if (kind := _typed(schema[n], rules.get(n, _PLAIN)))}
    loose = not (table.implementation.is_polars() or table.implementation.is_duckdb())
    # only the new columns go on, so that no name of the organisation's can meet one of ours
    table = table.select(
        **{f"raw{i}": as_words(nw.col(n), schema[n]) for i, n in enumerate(names) if n not in typed},
        **{f"figure{i}": _figure(n, schema[n]) for i, n in enumerate(names) if typed.get(n, "day") != "day"},
        **{f"day{i}": nw.col(n) for i, n in enumerate(names) if typed.get(n) == "day"},
        **{f"as_is{i}": nw.col(n) for i, n in enumerate(kept)},
    )
    table = table.with_columns(
        **{f"has{i}": _given(i, rules.get(n, _PLAIN), typed.get(n, "")) for i, n in enumerate(names)}
    )
    if numbers := [i for i, n in enumerate(names) if rules.get(n, _PLAIN).type in NUMERIC]:
        table = table.with_columns(**{f"number{i}": _answered(i, names[i] in typed, loose) for i in numbers})
    if domains := [i for i, n in enumerate(names) if has_domain(rules.get(n, _PLAIN))]:
        table = table.with_columns(
            **{f"ok{i}": valid(i, rules[names[i]], typed.get(names[i], ""), loose=loose) for i in domains},
        )
    return Answers(table, names, rules, typed, kept)


def check_columns(schema: Mapping[str, Any], names: Iterable[str]) -> None:
    """Raise ``MeasureError`` for the first column that is not in a table, with the nearest name."""
    if absent := [name for name in names if name not in schema]:
        raise MeasureError(f'There is no column "{absent[0]}".', hint=nearest(absent[0], schema))


def weight_of(answers: Answers, source: Source) -> Any:
    """The source's weights, None where it has none; ``MeasureError`` for a weight not declared as a number."""
    if source.weight is None:
        return None
    if answers.rule(source.weight).type not in ("integer", "number"):
        raise MeasureError(
            f'The weight "{source.weight}" must be declared as a number.', hint="Set its type to number in case.yaml."
        )
    return answers.number(source.weight)


def condition_columns(source: Source) -> list[str]:
    """Columns that conditions of other columns and rules look at (they may be derived ones)."""
    found = [rule.applicable_when.column for rule in source.columns.values() if rule.applicable_when]
    return [*found, *(edit.when.column for edit in source.edits if edit.when)]


def as_words(column: Any, dtype: Any) -> Any:
    """A column as text, the same on all engines; missing stays missing."""
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
    return column if dtype == nw.String else column.cast(nw.String)


def as_typed(code: str) -> bool:
    """Tell whether a number is ever written like this code (-9, not -9.0); any other code meets no number."""
    try:
        return as_text(float(code)) == code or (str(float(code)) == code and not float(code).is_integer())
    except ValueError:
        return False


def _typed(dtype: Any, rule: Column) -> str:
    """Return what a column holds as such, "" where it is read as text."""
    if rule.pattern is not None:
        return ""
    if rule.type in NUMERIC and (dtype.is_integer() or dtype.is_float()):
        return "whole number" if dtype.is_integer() else "number"
    return "day" if dtype == nw.Date and rule.type == "date" and not rule.missing and rule.allowed is None else ""


def _figure(name: str, dtype: Any) -> Any:
    """Return a column that holds numbers as such, missing where it holds none: nothing need be read from text."""
    column = nw.col(name).cast(nw.Float64)
    return nw.when(~column.is_nan() & ~column.is_null()).then(column) if dtype.is_float() else column


def _given(i: int, rule: Column, typed: str) -> Any:
    """Return the condition of an answer: not missing, not blank, not a code for *no answer*."""
    if typed == "day":
        return ~nw.col(f"day{i}").is_null()
    if typed:
        figure = nw.col(f"figure{i}")
        codes = [float(code) for code in rule.missing if as_typed(code)]
        return ~figure.is_null() & ~figure.is_in(codes) if codes else ~figure.is_null()
    column = nw.col(f"raw{i}")
    given = ~column.is_null() & (column.str.strip_chars() != "")
    return given & ~one_of(column, rule.missing) if rule.missing else given


def _answered(i: int, typed: bool, loose: bool) -> Any:
    """Return the numbers among the answers of a column."""
    if typed:
        figure = nw.col(f"figure{i}")
        return nw.when(nw.col(f"has{i}") & (figure.abs() < LARGEST)).then(figure)
    return as_number(i, loose=loose)


def _compared(left: Any, op: str, right: Any) -> Any:
    return {
        "<": left < right, "<=": left <= right, "==": left == right,
        "!=": left != right, ">=": left >= right, ">": left > right,
    }[op]  # fmt: skip
