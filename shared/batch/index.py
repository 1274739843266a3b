"""``outputs/index.html`` and ``index.json``: which case studies there are, what each source can be used for.

Alphabetical, in words, without a total: the page ranks nobody.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shared.batch.index_page import index_page
from shared.batch.inputs import InputCache
from shared.batch.job import NOTEBOOK, REPORT, RESULT
from shared.batch.publish import LOG, shown, write_whole
from shared.batch.record import CaseRecord, read_record
from shared.batch.together import digest, together
from shared.cases.project import Project, list_slugs
from shared.errors import RunError

INDEX, INDEX_JSON = "index.html", "index.json"
SHOWN = ("uses", "assessed_on", "register_version", "policy")


@dataclass(frozen=True)
class Entry:
    """One case study as the index shows it; ``files`` are the links, relative to the index, by what they are."""

    slug: str
    title: str
    organisation: str = ""
    summary: str = ""
    invented: bool = False
    period: tuple[str, str] | None = None
    record: CaseRecord | None = None
    result: dict[str, Any] | None = None
    files: dict[str, str] = field(default_factory=dict)


def write_index(
    project: Project,
    records: Mapping[str, CaseRecord],
    *,
    describe: Callable[[str], dict[str, Any]] | None = None,
    cache: InputCache | None = None,
) -> Path:
    """Write the index of all case studies of the project and return its path.

    ``records`` are those of the run that has just ended; for the others the record in their folder counts.
    ``describe`` gives what a definition says, ``cache`` what is known of files. Raises ``RunError`` when the output
    folder cannot be written.
    """
    describe = describe or _describe(project)
    cache = cache or InputCache()
    entries = sorted(
        (_entry(project, slug, records.get(slug), describe(slug), cache) for slug in list_slugs(project)),
        key=lambda entry: (entry.title.casefold(), entry.slug),
    )
    try:
        project.outputs.mkdir(parents=True, exist_ok=True)
        found = together([entry.result["digest"] for entry in entries if entry.result is not None])
        listing = {"schema_version": 1, "cases": [_as_json(entry) for entry in entries], "together": found}
        _write_changed(project.outputs / INDEX_JSON, json.dumps(listing, indent=1, ensure_ascii=False) + "\n")
        _write_changed(project.outputs / INDEX, index_page(entries, found))
    except OSError as error:
        raise RunError(
            f"The index cannot be written ({error.strerror}).",
            where=shown(project, project.outputs),
            hint="Check that it is a folder, its rights and the free space.",
        ) from None
    return project.outputs / INDEX


def _describe(project: Project) -> Callable[[str], dict[str, Any]]:
    from shared.batch.definition import describe

    return functools.partial(describe, project)


def _write_changed(path: Path, text: str) -> None:
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        write_whole(path, text)


def _entry(project: Project, slug: str, record: CaseRecord | None, words: dict[str, Any], cache: InputCache) -> Entry:
    folder = project.outputs / slug
    record = record or read_record(folder)
    files: dict[str, str] = {}
    result = None
    if record is not None and record.published is not None:
        files = {name: f"{slug}/{name}" for name in (REPORT, RESULT, NOTEBOOK) if (folder / name).is_file()}
        result = _result(folder / RESULT, record.published.files.get(RESULT, ""), cache)
    if (folder / LOG).is_file():
        files[LOG] = f"{slug}/{LOG}"
    if not words:
        return Entry(slug, slug, record=record, result=result, files=files)
    start, end = words["period"]
    return Entry(
        slug, words["title"], words["organisation"], words["summary"], words["invented"], (start, end), record,
        result, files,
    )  # fmt: skip


def _result(path: Path, expected: str, cache: InputCache) -> dict[str, Any] | None:
    """Return what the index shows of a result, if the file is the one that was published (so it fits the schema)."""
    if not path.is_file() or cache.hash(path) != expected:
        return None  # not silent: the page says "no result yet", and the next run finds the file altered

    def read() -> dict[str, Any]:
        result = json.loads(path.read_text(encoding="utf-8"))
        return {name: result.get(name) for name in SHOWN} | {"digest": digest(result)}

    return cache.known("result in the index", expected, read)


def _as_json(entry: Entry) -> dict[str, Any]:
    record, result = entry.record, entry.result or {}
    return {
        "slug": entry.slug,
        "title": entry.title,
        "organisation": entry.organisation,
        "summary": entry.summary,
        "invented": entry.invented,
        "state": str(record.state) if record else "not run yet",
        "message": (str(record.failure) if record.failure else record.message) if record else "",
        "uses": {use["use"]: use["status"] for use in result.get("uses", [])},
        "assessed_on": result.get("assessed_on"),
        "reference_period": list(entry.period) if entry.period else None,
        "last_good_run": record.published.finished if record and record.published else None,
        "files": entry.files,
    }
