"""One column of an unknown file: its type, its codes for no answer, what it may be and what it gives away."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from shared.cases.dictionary.telling_names import personal_kind, says, tells_quasi, words_of
from shared.sources.geography.recognise import recognise_codes
from shared.sources.profile.facts import FEWEST, ColumnProfile
from shared.sources.profile.personal import personal_content
from shared.sources.profile.values import FEW, Kind, kind_of, missing_codes, shape_of

_AREA = (
    r"area|region|county|district|authority|la|lad|ladcd|utla|ltla|ward|constituency|town|city|place|country|nation|"
    r"state|province|location|lsoa|msoa|local authority|gss"
)
_CODE = re.compile(r"[A-Z]\d{8}|[A-Z]{2,3}|\d{1,2}")
_COUNT = r"number|count|total|people|persons|households|cases|referrals|visits|n|num|freq(uency)?|population"
_MEASURE = r"rate|percent(age)?|share|proportion|mean|average|median|score|index|ratio|per"
_DATE = r"date|day|month|year|quarter|period|time|when|opened|closed|from|until"
_SENTENCES = "in sentences"
_FLAG = r"consent|agreed|flag|permission"
_PRECISE = ("an e-mail address", "an NHS number", "a National Insurance number", "a telephone number")


def profile_column(name: str, column: pd.Series) -> ColumnProfile:
    """Return the profile of one column of texts; see ``ColumnProfile``. No value that fewer than 10 rows share."""
    counts = column.value_counts()
    codes = missing_codes(counts)
    answers = counts.drop([code for code, _ in codes])
    kind = kind_of(answers)
    personal = _personal(name, kind, answers)
    made = ColumnProfile(
        name=name,
        type="text" if kind.type == "moment" else kind.type,
        role="other",
        total=len(column),
        filled=int(answers.sum()),
        different=len(answers),
        written="moments such as 2024-05-01T09:30" if kind.type == "moment" else kind.written,
        codes=tuple((code, _rounded(rows)) for code, rows in codes),
        personal=personal,
        notes=kind.notes,
    )
    if made.type == "empty":
        return made
    looked = [str(value).strip() for value in answers.index[:1_000]]
    made = _with_areas(made, column, looked)
    if made.type == "text" and not made.written and sum(text.count(" ") > 1 for text in looked) > 0.5 * len(looked):
        made = replace(made, written=_SENTENCES)
    if made.type == "integer" and all(re.fullmatch(r"(?:19|20)\d{2}", str(value)) for value in answers.index):
        made = replace(made, written="years")
    made = replace(made, role=_role(made))
    hidden = made.role in ("identifier", "free text") or bool(personal)
    categories = () if hidden else _categories(made, answers)
    rare = not hidden and not categories and made.type in ("category", "boolean")
    return replace(
        made,
        categories=categories,
        notes=(*made.notes, "Groups are not listed: some have fewer than 10 rows.") if rare else made.notes,
        shape=shape_of(answers) if made.type == "text" and (made.role in ("identifier", "area") or made.is_key) else "",
        middle=None if hidden else _middle(made, answers),
    )


def _personal(name: str, kind: Kind, answers: pd.Series) -> tuple[str, ...]:
    content = (
        () if kind.type in ("empty", "boolean", "date") else personal_content(pd.Series(answers.index.astype("str")))
    )
    told = personal_kind(name)
    told = told or ("a person's name" if words_of(name) in ("name", "full name") else None)
    found = [f"{what} (by its content)" for what in content]
    # a yes/no question about a telephone is no telephone number
    if told and told not in content and kind.type not in ("boolean", "empty") and len(answers) > 2:
        found.append(f"{told} (by its name)")
    return tuple(found)


def _with_areas(made: ColumnProfile, column: pd.Series, looked: list[str]) -> ColumnProfile:
    if sum(_CODE.fullmatch(text) is not None for text in looked) < 0.5 * len(looked):
        return made
    short = all(len(text) < 4 for text in looked)
    if short and not says(_AREA + "|code|iso", made.name):
        return made
    found = recognise_codes(column)
    if found.best is None:
        return made
    return replace(made, areas=found.sentences(), area_system=found.best.system, area_year=found.best.year)


def _role(made: ColumnProfile) -> str:
    """Guess the role, on the safe side: what is told by content or name first, then what the values look like."""
    if any("date of birth" in what or what.startswith("a postcode") for what in made.personal):
        return "quasi-identifier"
    if any("in some texts" not in what for what in made.personal):
        return "identifier"
    if made.type in ("integer", "number"):
        return _role_of_numbers(made)
    if made.area_system or (says(_AREA, made.name) and made.type != "boolean"):
        return "area"
    if made.type == "date" or made.written.startswith(("dates", "moments")):
        return "date"
    if says(_FLAG, made.name) and made.different <= FEW:
        return "flag"
    if made.type == "boolean":
        return "sensitive"
    if tells_quasi(made.name) and made.different <= 5 * FEW:
        return "quasi-identifier"
    if made.type == "category":
        return "group"
    if made.written == _SENTENCES:
        return "free text"
    if made.is_key or (_identifies(made.name) and made.different > FEW):
        return "identifier"
    repeats = made.different <= 0.5 * made.filled and made.different <= 500
    return "group" if repeats or (says(_DATE, made.name) and made.different <= 200) else "free text"


def _role_of_numbers(made: ColumnProfile) -> str:
    if made.area_system:
        return "area"
    if made.written == "years":
        return "group"
    if made.type == "number" or says(_MEASURE, made.name):
        return "measure"
    if tells_quasi(made.name):
        return "quasi-identifier"
    if made.is_key and _identifies(made.name):
        return "identifier"
    return "count" if says(_COUNT, made.name) else "measure"


def _identifies(name: str) -> bool:
    return says(r"id|ids|ref|reference|no|code|key|uuid|guid", name) or words_of(name).endswith("number")


def _categories(made: ColumnProfile, answers: pd.Series) -> tuple[tuple[str, int], ...]:
    """The groups, when there are few and every one has at least 10 records.

    Counts are rounded to 10, so that what is left over cannot be worked out from the number of rows.
    """
    if made.type not in ("category", "boolean", "text") or not 1 <= len(answers) <= FEW or answers.min() < FEWEST:
        return ()
    return tuple((str(value), _rounded(int(rows))) for value, rows in answers.items())


def _rounded(count: int) -> int:
    return count if count < FEWEST else int(count / 10 + 0.5) * 10


def _middle(made: ColumnProfile, answers: pd.Series) -> tuple[str, str] | None:
    """The middle four fifths of numbers, to two figures, and of dates, to the month; of at least 100 values."""
    if made.filled < 10 * FEWEST or made.different < 5:
        return None
    every = pd.Series(np.repeat(np.asarray(answers.index.astype("str")), answers.to_numpy()), dtype="str")
    if made.type in ("integer", "number") and not made.written:
        values = pd.to_numeric(every, errors="coerce")
        low, high = (f"{float(f'{values.quantile(at):.2g}'):,g}" for at in (0.1, 0.9))
        return low, high
    if made.type == "date":
        days = pd.to_datetime(every, format="%Y-%m-%d", errors="coerce")
        ordered = days.dropna().sort_values().reset_index(drop=True)
        return f"{ordered[len(ordered) // 10]:%Y-%m}", f"{ordered[len(ordered) * 9 // 10]:%Y-%m}"
    return None
