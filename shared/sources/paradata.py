"""What a survey tool records by itself: when an interview began and ended, who held it, how exact the place is.

Heading names are those of KoboToolbox, ODK Central, Ona and SurveyCTO. Nothing here names a person or a device:
there are only counts and quantiles, and no count below 10.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from shared.errors import DataError, nearest
from shared.sources.typed import as_text

FEWEST = 10
"""Fewer interviews than this are not summarised."""
DAY = 24 * 60
_NAMES: dict[str, tuple[str, ...]] = {
    "start": (r"start", r"starttime", r"start_time", r"_?starttime"),
    "end": (r"end", r"endtime", r"end_time"),
    "day": (r"today", r"interview_date", r"survey_date"),
    "submitted": (r"_submission_time", r"submissiondate", r"submission_date", r"submissiontime"),
    "interviewer": (
        r"enumerator(_?(id|name|code))?", r"interviewer(_?(id|name|code|ref))?", r"surveyor(_?(id|name))?", r"username",
        r"_submitted_by", r"submittername", r"submitterid", r"collector(_?(id|name))?",
    ),
    "device": (r"deviceid", r"device_id", r"imei"),
    "accuracy": (r"_.+_precision", r".+-accuracy", r".+_accuracy", r"(gps_?)?accuracy", r"_gps_precision"),
}  # fmt: skip


@dataclass(frozen=True)
class ParadataColumns:
    """The columns that hold paradata, by what they say; None where there is none."""

    start: str | None = None
    end: str | None = None
    day: str | None = None
    submitted: str | None = None
    interviewer: str | None = None
    device: str | None = None
    accuracy: str | None = None


@dataclass(frozen=True)
class Spread:
    """Where the middle of some measurements lies: tenth, half and nine tenths of ``counted`` are at most so large."""

    counted: int
    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class Paradata:
    """What the paradata say; a part is None when its columns are absent or fewer than 10 records have it.

    ``minutes`` interviews from start to end, without those that end before they begin (``backwards``) or last longer
    than a day (``overnight``: a form opened again), both None for fewer than 10; ``interviewers`` how many there are
    and ``most`` the share of records of the busiest; ``metres`` the accuracy of places, ``by_hand`` the share with
    accuracy 0, which a person tapped on a map; ``days_to_send`` from end to arrival on the server.
    """

    columns: ParadataColumns
    records: int
    minutes: Spread | None = None
    backwards: int | None = None
    overnight: int | None = None
    interviewers: int | None = None
    most: float | None = None
    metres: Spread | None = None
    by_hand: float | None = None
    days_to_send: Spread | None = None

    def sentences(self) -> tuple[str, ...]:
        """Say it in plain English."""
        said = []
        if self.minutes:
            spread = self.minutes
            said.append(
                f"An interview lasted {spread.middle:.0f} minutes in the middle; one in ten at most {spread.low:.0f}, "
                f"one in ten {spread.high:.0f} or longer ({spread.counted:,} interviews)."
            )
        if self.backwards:
            said.append(f"{self.backwards:,} interviews end before they begin.")
        if self.overnight:
            said.append(f"{self.overnight:,} interviews last longer than a day: their forms were opened again.")
        if self.interviewers is not None and self.most is not None:
            said.append(
                f"{self.interviewers} people held the interviews; the busiest has {self.most:.0%} of the records "
                f"(column {self.columns.interviewer}: can serve for the interviewer effect, PRO-10)."
            )
        if self.metres:
            said.append(
                f"Places are accurate to {self.metres.middle:.0f} m in the middle and {self.metres.high:.0f} m for "
                f"nine in ten ({self.metres.counted:,} records)."
            )
        if self.by_hand:
            said.append(f"{self.by_hand:.0%} of the places have accuracy 0: tapped on a map, not measured.")
        if self.days_to_send:
            said.append(
                f"Records reached the server {self.days_to_send.middle:.1f} days after the interview in the middle."
            )
        return tuple(said)


def paradata_columns(names: Iterable[str]) -> ParadataColumns:
    """Recognise the columns by their names, whatever group they stand in; the first that fits."""
    ends = {name: {re.split(cut, name)[-1].lower() for cut in ("[/:]", "[-/:]")} for name in names}
    found: dict[str, str] = {}
    for what, patterns in _NAMES.items():
        hits = (name for pattern in patterns for name in ends if any(re.fullmatch(pattern, end) for end in ends[name]))
        hit = next(hits, None)
        if hit is not None:
            found[what] = hit
    return ParadataColumns(**found)


def read_paradata(frame: pd.DataFrame, columns: ParadataColumns | None = None) -> Paradata:
    """Summarise the paradata of records; ``columns`` are recognised when left out.

    Moments are ISO 8601 (2024-05-01T09:30:00.000+03:00); unreadable ones count as absent. Raises ``DataError`` when
    a named column is not in the table.
    """
    found = columns or paradata_columns(map(str, frame.columns))
    for name in vars(found).values():
        if name is not None and name not in frame.columns:
            hint = nearest(name, map(str, frame.columns))
            raise DataError(f'There is no column "{name}" with paradata.', hint=hint)
    parts: dict[str, object] = {}
    if found.start and found.end:
        parts |= _durations(_moments(frame[found.start]), _moments(frame[found.end]))
    if found.interviewer:
        parts |= _interviewers(as_text(frame[found.interviewer]))
    if found.accuracy:
        parts |= _accuracy(pd.to_numeric(as_text(frame[found.accuracy]), errors="coerce"))
    if found.end and found.submitted:
        late = (_moments(frame[found.submitted]) - _moments(frame[found.end])).dt.total_seconds() / 86_400
        parts["days_to_send"] = _spread(late[late >= 0])
    return Paradata(found, len(frame), **parts)  # type: ignore[arg-type]


def _durations(start: pd.Series, end: pd.Series) -> dict[str, object]:
    minutes = (end - start).dt.total_seconds().dropna() / 60
    backwards, overnight = int((minutes < 0).sum()), int((minutes > DAY).sum())
    return {
        "minutes": _spread(minutes[(minutes >= 0) & (minutes <= DAY)]),
        "backwards": _safe(backwards),
        "overnight": _safe(overnight),
    }


def _interviewers(who: pd.Series) -> dict[str, object]:
    counts = who.value_counts()
    if counts.sum() < FEWEST or (len(counts) and counts.max() < FEWEST):
        return {}
    return {"interviewers": len(counts), "most": float(counts.max() / counts.sum())}


def _accuracy(metres: pd.Series) -> dict[str, object]:
    given = metres[metres >= 0]
    if len(given) < FEWEST:
        return {}
    zeros = int((given == 0).sum())
    return {"metres": _spread(given[given > 0]), "by_hand": zeros / len(given) if zeros >= FEWEST else None}


def _moments(column: pd.Series) -> pd.Series:
    return pd.to_datetime(as_text(column), format="ISO8601", utc=True, errors="coerce")


def _spread(values: pd.Series) -> Spread | None:
    if len(values) < FEWEST:
        return None
    low, middle, high = values.quantile([0.1, 0.5, 0.9])
    return Spread(len(values), float(low), float(middle), float(high))


def _safe(count: int) -> int | None:
    """0, or a count that is large enough to be said."""
    return count if count == 0 or count >= FEWEST else None
