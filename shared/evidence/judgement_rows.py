"""Check the rows of judgements.csv one by one: what is wrong with a row, and the judgement it holds if nothing is.

A score of 0 says that the bad state was *seen*, not that nothing was. It therefore needs evidence: grade E2 or
E3, or at grade E1 a text of at least ``TESTIMONY`` characters saying who said what (people's own account of
harm must be able to count). A score of 0 at E0 is refused: absence of evidence is *not known*.
"""

from __future__ import annotations

import re
from datetime import date

from shared.errors import Fault, nearest
from shared.evidence.judgement import CAP, Judgement
from shared.framework.register import Register

TESTIMONY = 40
"""Characters that a spoken account (E1) behind a score of 0 must have at least."""


def check_row(row: dict[str, str], place: str, register: Register) -> tuple[Judgement | None, list[Fault]]:
    """Return the judgement of a row and its faults; no judgement when the score is empty or a fault was found.

    ``row`` maps the six column names to stripped text, ``place`` names file and line for the faults.
    """
    faults = [*_indicator(row["indicator"], place, register)]
    score, grade, when = row["score"], row["grade"], row["date"]
    if grade and grade not in CAP:
        hint = nearest(grade.upper(), CAP)
        faults.append(Fault("the grade must be E0, E1, E2 or E3.", f"{place}, grade", hint))
    if when and _date(when) is None:
        hint = "Write year-month-day, for instance 2024-03-31."
        faults.append(Fault("the date is not a date.", f"{place}, date", hint))
    if not score:
        return None, faults
    if not re.fullmatch(r"[0-4]", score):
        hint = "Leave it empty when the indicator is not judged."
        faults.append(Fault("the score must be 0, 1, 2, 3 or 4.", f"{place}, score", hint))
    for column in ("assessor", "grade", "date"):
        if not row[column]:
            faults.append(Fault(f"a score needs {_WHAT[column]}.", f"{place}, {column}"))
    faults.extend(_evidence(row, place))
    given = _date(when)
    if faults or given is None:
        return None, faults
    return Judgement(row["indicator"], row["assessor"], int(score), grade, row["evidence"], given), []


_WHAT = {
    "assessor": "the name or code of who gave it",
    "grade": "the grade of its evidence (E0 to E3)",
    "date": "the day it was given",
}


def _indicator(indicator: str, place: str, register: Register) -> list[Fault]:
    where = f"{place}, indicator"
    known = {entry.id: entry.kind for entry in register.indicators}
    if indicator not in known:
        # a long text here is a shifted row; it may hold anything and is not repeated
        named = f' "{indicator}"' if 0 < len(indicator) <= 12 else ""
        return [Fault(f"there is no indicator{named}.", where, nearest(indicator.upper(), known))]
    if known[indicator] == "computed":
        return [
            Fault(f"{indicator} is computed from the data, not judged.", where, "Take the row out."),
        ]
    return []


def _evidence(row: dict[str, str], place: str) -> list[Fault]:
    score, grade, text = row["score"], row["grade"], row["evidence"]
    where = f"{place}, evidence"
    if score == "0" and grade == "E0":
        hint = "A score of 0 says the bad state was seen; when nothing is known leave the score empty."
        return [Fault("a score of 0 without evidence.", where, hint)]
    if grade != "E0" and not text:
        hint = "Say what was seen or who said it; without evidence the grade is E0."
        return [Fault("a score without a text saying what it rests on.", where, hint)]
    if score == "0" and grade == "E1" and len(text) < TESTIMONY:
        hint = f"Say who said what in at least {TESTIMONY} characters, or see a document (E2)."
        return [Fault("a score of 0 on hearsay needs more than a few words.", where, hint)]
    return []


def _date(text: str) -> date | None:
    """The day that ISO text names; None when it is none (2024-02-30, 31/03/2024)."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
