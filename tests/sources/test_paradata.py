"""Paradata of survey tools: recognised by the tools' own headings, summarised without naming anybody."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from shared.errors import DataError
from shared.sources.paradata import ParadataColumns, paradata_columns, read_paradata

KOBO = [
    "start", "end", "today", "username", "deviceid", "consent", "home/age", "place", "_place_latitude",
    "_place_longitude", "_place_altitude", "_place_precision", "_id", "_uuid", "_submission_time", "_submitted_by",
]  # fmt: skip
ODK = [
    "SubmissionDate", "start", "end", "today", "home-enumerator", "place-Latitude", "place-Longitude", "place-Altitude",
    "place-Accuracy", "meta-instanceID", "KEY", "SubmitterID", "SubmitterName", "DeviceID",
]  # fmt: skip


def interviews(minutes: list[float], **more: Any) -> pd.DataFrame:
    """One record a duration; every start at nine in the morning in Nairobi."""
    start = pd.Timestamp("2024-05-01T09:00:00+03:00")
    ends = [(start + pd.Timedelta(minutes=one)).isoformat() for one in minutes]
    return pd.DataFrame({"start": [start.isoformat()] * len(minutes), "end": ends} | more).astype("str")


def test_the_headings_of_the_tools() -> None:
    assert paradata_columns(KOBO) == ParadataColumns(
        start="start", end="end", day="today", submitted="_submission_time", interviewer="username", device="deviceid",
        accuracy="_place_precision",
    )  # fmt: skip
    odk = paradata_columns(ODK)
    assert (odk.submitted, odk.accuracy, odk.interviewer) == ("SubmissionDate", "place-Accuracy", "home-enumerator")
    assert paradata_columns(["group/enumerator_id", "x"]).interviewer == "group/enumerator_id"
    assert paradata_columns(["started", "ending", "age"]) == ParadataColumns()


def test_durations_by_hand() -> None:
    """Eleven interviews of 10, 20, ... 110 minutes: the tenths are 20, 60 and 100."""
    found = read_paradata(interviews([10 * n for n in range(1, 12)]))
    assert found.minutes is not None
    assert (found.minutes.counted, found.minutes.low, found.minutes.middle, found.minutes.high) == (11, 20, 60, 100)
    assert (found.backwards, found.overnight) == (0, 0)
    assert "An interview lasted 60 minutes in the middle" in found.sentences()[0]


def test_what_cannot_be_a_duration_is_counted_apart_and_small_counts_are_not_said() -> None:
    found = read_paradata(interviews([30] * 10 + [-5] * 12 + [3000] * 3))
    assert found.minutes is not None
    assert (found.minutes.counted, found.backwards, found.overnight) == (10, 12, None)
    assert "12 interviews end before they begin." in found.sentences()
    assert not any("longer than a day" in text for text in found.sentences())


def test_other_zones_and_unreadable_moments() -> None:
    frame = interviews([30] * 10)
    frame.loc[0, "end"] = "2024-05-01T06:30:00Z"  # the same moment in another zone
    frame.loc[10] = ["yesterday", "2024-05-01T10:00:00+03:00"]
    found = read_paradata(frame)
    assert found.minutes is not None
    assert (found.minutes.counted, found.minutes.low, found.minutes.high) == (10, 30, 30)


@pytest.mark.parametrize("count", [0, 9])
def test_few_interviews_are_not_summarised(count: int) -> None:
    found = read_paradata(interviews([30] * count, username=["a"] * count, accuracy=["5"] * count))
    assert (found.minutes, found.interviewers, found.metres) == (None, None, None)
    assert found.sentences() == ()


def test_interviewers_and_accuracy() -> None:
    frame = interviews(
        [30] * 20, username=["a"] * 15 + ["b"] * 5, _gps_precision=["4"] * 5 + ["8"] * 5 + ["0"] * 10,
        _submission_time=["2024-05-03T06:30:00"] * 20,
    )  # fmt: skip
    found = read_paradata(frame)
    assert (found.interviewers, found.most) == (2, 0.75)
    assert found.metres is not None
    assert (found.metres.counted, found.metres.middle, found.by_hand) == (10, 6, 0.5)
    assert found.days_to_send is not None
    assert found.days_to_send.middle == 2
    text = " ".join(found.sentences())
    assert "the busiest has 75% of the records (column username" in text
    assert "50% of the places have accuracy 0" in text


def test_a_column_that_is_not_there() -> None:
    with pytest.raises(DataError, match='no column "begin" with paradata'):
        read_paradata(interviews([1]), ParadataColumns(start="begin", end="end"))
