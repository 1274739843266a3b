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

from shared.cases.columns import Column, Condition, Edit, Scalar
from shared.cases.model import Source
from shared.errors import MeasureError, nearest

Frame = nw.LazyFrame[Any]

INTEGER = r"^-?[0-9]{1,15}(?:\.0+)?$"
NUMBER = r"^-?[0-9]{1,15}(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?$"
_LONG = r"(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
_SHORT = r"(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
_FEBRUARY = r"02-(?:0[1-9]|1[0-9]|2[0-8])"
_LEAP_YEAR = r"(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
DATE = rf"^(?:[0-9]{{4}}-(?:{_LONG}|{_SHORT}|{_FEBRUARY})|{_LEAP_YEAR}-02-29)$"
"""A day that exists, as 2024-02-29; only then do dates compare like texts."""
YES_NO = ("true", "false", "yes", "no", "1", "0")

_NUMERIC = ("integer", "number")
_PLAIN = Column.model_validate({"role": "other"})


def flag(condition: Any) -> Any:
    """Turn a condition into 1 and 0 (missing counts as 0): some engines cannot add up yes and no."""
    return nw.when(condition).then(nw.lit(1, dtype=nw.Int64)).otherwise(nw.lit(0, dtype=nw.Int64))


def lazy(frame: Any) -> Frame:
    """Wrap any engine's table without reading it."""
    wrapped = nw.from_native(frame)
    return wrapped.lazy() if isinstance(wrapped, nw.DataFrame) else wrapped


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
        if self.rule(condition.column).type in _NUMERIC and (numbers := _numbers(wanted)):
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
        numeric = all(self.rule(side).type in _NUMERIC for side in sides)
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
    numeric = {i: name for i, name in enumerate(names) if rules.get(name, _PLAIN).type in _NUMERIC}
    if numeric:
        table = table.with_columns(**{f"number{i}": _as_number(f"text{i}") for i in numeric})
    flags = {f"has{i}": flag(~nw.col(f"text{i}").is_null()) for i in range(len(names))}
    flags |= {f"ok{i}": flag(_valid(i, rules.get(name, _PLAIN))) for i, name in enumerate(names)}
    return Answers(table.with_columns(**flags), names, rules)


def has_domain(rule: Column) -> bool:
    """True when the declaration says what a valid value is, so that there is something to check."""
    return rule.type != "text" or rule.allowed is not None or rule.pattern is not None


def without_groups(pattern: str) -> str:
    """Return a pattern whose brackets only group: pandas warns of brackets that also remember what they matched."""
    found, in_class, i = [], False, 0
    while i < len(pattern):
        if pattern[i] == "\\":
            found.append(pattern[i : i + 2])
            i += 2
            continue
        in_class = (pattern[i] == "[" or in_class) and pattern[i] != "]"
        remembers = pattern[i] == "(" and not in_class and pattern[i + 1 : i + 2] != "?"
        found.append("(?:" if remembers else pattern[i])
        i += 1
    return "".join(found)


def as_text(value: Scalar) -> str:
    """Return a value of case.yaml as it would stand in a table: 18 not 18.0, true not True."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


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


def _as_number(text: str) -> Any:
    column = nw.col(text)
    return nw.when(column.str.contains(NUMBER) & ~column.is_null()).then(column).cast(nw.Float64)


def _valid(number: int, rule: Column) -> Any:
    """The condition of a valid answer; parts are joined with *and*, so a missing part can only make it not valid."""
    text = nw.col(f"text{number}")
    filled = text.fill_null("")  # Dask cannot compare a missing text with another
    valid = ~text.is_null()
    if rule.type in ("integer", "date", "number"):
        valid = valid & text.str.contains({"integer": INTEGER, "date": DATE, "number": NUMBER}[rule.type])
    elif rule.type == "boolean" and rule.allowed is None:
        valid = valid & text.str.to_lowercase().is_in(list(YES_NO))
    if rule.type in _NUMERIC:
        value = nw.col(f"number{number}")
        if rule.minimum is not None:
            valid = valid & (value >= rule.minimum)
        if rule.maximum is not None:
            valid = valid & (value <= rule.maximum)
        if rule.allowed is not None:
            valid = valid & value.is_in(_numbers(rule.allowed))
    elif rule.allowed is not None:
        valid = valid & text.is_in(list(rule.allowed))
    if rule.pattern is not None:
        valid = valid & text.str.contains(f"^(?:{without_groups(rule.pattern)})$")
        # the end of a line is not the end of a text on every engine
        valid = valid & (filled.str.strip_chars("\n") == filled)
    if rule.not_before is not None:
        valid = valid & (filled >= rule.not_before)
    if rule.not_after is not None:
        valid = valid & (filled <= rule.not_after)
    return valid


def _numbers(texts: Iterable[str]) -> list[float]:
    """The texts that are numbers."""
    found = []
    for text in texts:
        try:
            found.append(float(text))
        except ValueError:
            continue
    return found
