"""Judged indicators: read judgements.csv, cap each score by its evidence, put assessors together.

Knowing nothing is a state of its own: an indicator without a score, or with scores resting on nothing (E0), is
*not known* and carries the register's question to the organisation.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from shared.errors import DefinitionError, Fault
from shared.evidence.judgement import CAP, GRADES, Judgement
from shared.evidence.judgement_rows import check_row
from shared.framework.register import Indicator, load_register
from shared.measures.measurement import State

__all__ = ["CAP", "COLUMNS", "GRADES", "JudgedScore", "Judgement", "judge", "read_judgements"]

COLUMNS = ("indicator", "assessor", "score", "grade", "evidence", "date")
"""The columns of judgements.csv, in any order; ``HELP`` columns may stand beside them and are not read."""

QUALITATIVE = "QUA"
"""The dimension that is only for sources with interviews, notes or other texts."""

HELP = ("name", "question", "anchors")


@dataclass(frozen=True)
class JudgedScore:
    """One judged indicator over all assessors.

    score       mean of the scores after capping, 0 to 4; None when not known
    low, high   lowest and highest of them: the spread between assessors, equal with one assessor
    judgements  every row that was read, E0 included, so that a report can show them
    capped      at least one score was lowered by its evidence grade
    question    what to ask the organisation (register); reason says why it is not known
    """

    indicator: str
    state: State
    score: float | None = None
    low: float | None = None
    high: float | None = None
    judgements: tuple[Judgement, ...] = ()
    capped: bool = False
    question: str = ""
    reason: str = ""


def judge(judgements: Iterable[Judgement], *, qualitative: bool = True) -> tuple[JudgedScore, ...]:
    """Return one ``JudgedScore`` for each judged indicator of the register, in register order.

    Where the source has no ``qualitative`` content the indicators of qualitative rigour do not apply: they are no
    open question.
    """
    given: dict[str, list[Judgement]] = {}
    for judgement in judgements:
        given.setdefault(judgement.indicator, []).append(judgement)
    entries = load_register().judged()
    return tuple(_together(entry, tuple(given.get(entry.id, ())), qualitative=qualitative) for entry in entries)


def _together(entry: Indicator, judgements: tuple[Judgement, ...], *, qualitative: bool) -> JudgedScore:
    """Put the assessors' judgements of one indicator together."""
    counted = [judgement.counted for judgement in judgements if judgement.counted is not None]
    if not counted and entry.dimension == QUALITATIVE and not qualitative:
        reason = "The source has no qualitative content."
        return JudgedScore(entry.id, State.NOT_APPLICABLE, judgements=judgements, reason=reason)
    if not counted:
        reason = "No evidence has been seen for the scores given." if judgements else "Not judged yet."
        return JudgedScore(entry.id, State.NOT_KNOWN, judgements=judgements, question=entry.question, reason=reason)
    return JudgedScore(
        entry.id,
        State.MEASURED,
        score=fmean(counted),
        low=min(counted),
        high=max(counted),
        judgements=judgements,
        capped=any(judgement.capped for judgement in judgements),
        question=entry.question,
    )


def read_judgements(path: Path) -> tuple[Judgement, ...]:
    """Read judgements.csv: UTF-8, comma-separated, columns ``COLUMNS``.

    A row with an empty score is an indicator not judged yet and is left out; a file with nothing but its
    header, blank rows and rows whose first cell starts with ``#`` (help for the assessor) is a file without
    judgements. One assessor judges an indicator once.

    Raises:
        DefinitionError: with every fault found, each with its line: file missing, empty or not UTF-8, columns
            missing, unknown or twice, an indicator that is unknown or computed, a score that is not 0 to 4, an
            unknown grade, a score without assessor, grade, date or evidence, a bad date, an indicator judged
            twice by one assessor.
    """
    faults: list[Fault] = []
    judgements: list[Judgement] = []
    first_line: dict[tuple[str, str], int] = {}
    register = load_register()
    for line, row in _rows(_text(path), path.name, faults):
        place = f"{path.name}, line {line}"
        judgement, found = check_row(row, place, register)
        faults.extend(found)
        before = first_line.setdefault((row["indicator"], row["assessor"]), line) if row["score"] else line
        if before != line:
            hint = f"The first is in line {before}; keep one."
            faults.append(Fault("the same assessor judges this indicator twice.", place, hint))
        if judgement is not None:
            judgements.append(judgement)
    if faults:
        raise DefinitionError(f"{path.name} has {len(faults)} faults:", faults=faults)
    return tuple(judgements)


def _text(path: Path) -> str:
    """The file as text; a byte-order mark (spreadsheets write one) is dropped."""
    try:
        raw = path.read_bytes()
    except OSError:
        hint = "Run: casebook new SLUG, or copy the file of another case study."
        raise DefinitionError("the file cannot be read.", where=path.name, hint=hint) from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        where = f"{path.name}, line {raw[: error.start].count(10) + 1}"
        hint = "In a spreadsheet choose: save as CSV UTF-8."
        raise DefinitionError("the file is not in UTF-8.", where=where, hint=hint) from None


def _rows(text: str, name: str, faults: list[Fault]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the line and the cells of each row; faults of the file's form are added to ``faults``."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] | None = None
    line = 1
    try:
        for cells in reader:
            line, start = reader.line_num + 1, line
            cells = [cell.strip() for cell in cells]
            if not any(cells) or cells[0].startswith("#"):
                continue
            if header is None:
                header = cells
                faults.extend(_header(header, f"{name}, line {start}"))
                if faults:
                    return
            elif len(cells) != len(header):
                hint = "Put a text that contains a comma between double quotes."
                problem = f"{len(cells)} cells where the header has {len(header)}."
                faults.append(Fault(problem, f"{name}, line {start}", hint))
            else:
                yield start, dict(zip(header, cells, strict=True))
    except csv.Error:
        hint = "Look for a double quote that is opened and not closed."
        faults.append(Fault("the row cannot be read as CSV.", f"{name}, line {line}", hint))
    if header is None and not faults:
        faults.append(Fault("the file is empty.", name, f"Its first line is: {','.join(COLUMNS)}"))


def _header(header: list[str], place: str) -> list[Fault]:
    """Faults of the header: columns missing, unknown, or twice."""
    hint = f"The columns are: {','.join(COLUMNS)}"
    if len(header) == 1 and any(separator in header[0] for separator in ";\t"):
        return [Fault("the columns are not separated by commas.", place, hint)]
    faults = [Fault(f'the column "{c}" is missing.', place, hint) for c in COLUMNS if c not in header]
    faults += [Fault(f'the column "{c}" is there twice.', place) for c in COLUMNS if header.count(c) > 1]
    unknown = [c for c in header if c not in (*COLUMNS, *HELP)]
    if unknown:
        faults.append(Fault(f"{len(unknown)} column(s) are not known.", place, hint))
    return faults
