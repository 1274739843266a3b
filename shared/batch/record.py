"""What is known of a run: where it failed, how long it took, which files it left. Apart from how it was run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

RECORD = "run.json"
VERSION = 2


class RunState(StrEnum):
    """How a case study came out of the last run."""

    DONE = "done"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    DATA_MISSING = "data not present"


@dataclass(frozen=True)
class Failure:
    """Why a case study has no new report.

    ``cell`` counts all cells of the notebook from 1; None when no cell was running. ``message`` may be published:
    it is a casebook error's own text or one of ours, never that of a foreign exception, which can carry data.
    """

    error: str
    message: str = ""
    cell: int | None = None
    cell_id: str = ""
    heading: str = ""

    @property
    def where(self) -> str:
        """The failing cell in words, or an empty text."""
        if self.cell is None:
            return ""
        under = f' under "{self.heading}"' if self.heading else ""
        return f"cell {self.cell} (id {self.cell_id}){under}"

    def __str__(self) -> str:
        return ": ".join(part for part in (self.where, self.error, self.message) if part)


@dataclass(frozen=True)
class Outcome:
    """What the job function hands back: a failure or none, seconds by stage, bytes left in the staging folder."""

    failure: Failure | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    cells: int = 0


@dataclass(frozen=True)
class Published:
    """The results that lie in the output folder: from which inputs, when, and with which hashes.

    ``key`` is one hash an ingredient; ``inputs`` says of what each was made, so that a change can be named.
    """

    key: dict[str, str]
    files: dict[str, str]
    finished: str
    inputs: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class CaseRecord:
    """One case study after a run; ``run.json`` holds the same.

    ``published`` outlives a failure: the last good report stays. Times are ISO, UTC.
    """

    slug: str
    state: RunState
    message: str = ""
    failure: Failure | None = None
    parameters: dict[str, Any] = field(default_factory=dict)
    changed: tuple[str, ...] = ()
    started: str = ""
    finished: str = ""
    seconds: dict[str, float] = field(default_factory=dict)
    published: Published | None = None

    @property
    def failed(self) -> bool:
        """True when the case study should have a new report and has not."""
        return self.state is RunState.FAILED

    def as_json(self) -> str:
        """Return the record as it is kept in ``run.json``."""
        return json.dumps({"record_version": VERSION, **asdict(self)}, indent=1, ensure_ascii=False) + "\n"


def failure_from(values: Mapping[str, Any] | None) -> Failure | None:
    """Return the failure that ``asdict`` made ``values`` of."""
    return None if values is None else Failure(**values)


def read_record(folder: Path) -> CaseRecord | None:
    """Return the record in ``folder``; None when there is none or it cannot be relied on (damaged, older form)."""
    try:
        values = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        if values.pop("record_version") != VERSION:
            return None
        values["state"] = RunState(values["state"])
        values["failure"] = failure_from(values["failure"])
        values["changed"] = tuple(values["changed"])
        values["published"] = Published(**values["published"]) if values["published"] else None
        return CaseRecord(**values)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None  # not silent: without a record the case study counts as never run, and is run again
