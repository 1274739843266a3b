"""What is to be done for each case study, found out before a process is started.

What ``case.yaml`` and the notebook say is worked out once for each content; the files they name are looked at in
every run.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.batch.inputs import InputCache, json_hash
from shared.batch.key import ONLY_THE_PAGE, Key, SourceFile, case_key, changes
from shared.batch.publish import altered
from shared.batch.reach import Package
from shared.batch.record import CaseRecord, Failure, RunState, read_record
from shared.cases.project import Project
from shared.errors import CasebookError, DefinitionError

PLANNING = ("shared.batch.definition",)


@dataclass(frozen=True)
class Plan:
    """A case study that can be run: everything its job needs, and the key of the results it would give."""

    slug: str
    folder: Path
    notebook: Path
    parameters: dict[str, Any]
    title: str
    subtitle: str
    key: Key
    files: dict[str, str]
    """Every file the notebook reads, by its place in the project: path on this machine (for other machines)."""
    size: int
    """Bytes of the data, to guess how long a case study takes that was never run."""

    def standing(self, cache: InputCache) -> tuple[CaseRecord | None, tuple[str, ...]]:
        """Return the last record and what has changed since; nothing changed means nothing need be run."""
        record = read_record(self.folder)
        published = record.published if record else None
        changed = changes(published.key if published else None, self.key.parts)
        if record is None or published is None:
            return record, changed
        changed += tuple(f"{name} (altered or gone)" for name in altered(self.folder, published, cache))
        if not changed and record.state is RunState.FAILED:
            changed = ("the last run failed",)
        return record, changed


def only_the_page(changed: tuple[str, ...]) -> bool:
    """Return True when nothing has changed but what a new page without a new execution takes in."""
    return bool(changed) and set(changed) <= set(ONLY_THE_PAGE)


class Planner:
    """Plans the case studies of one run; with ``fetching``, data in the office's own store are fetched for it."""

    def __init__(
        self,
        project: Project,
        overrides: Mapping[str, Any],
        package: Path,
        cache: InputCache,
        *,
        fetching: bool = False,
    ) -> None:
        self._project, self._overrides, self._cache, self._fetching = project, dict(overrides), cache, fetching
        self._package = Package(package, cache)
        self._words: dict[str, dict[str, Any]] = {}

    @functools.cached_property
    def _planning(self) -> str:
        """The code that checks definitions: other code may see other faults."""
        roots = [str(place) for place in (self._project.root, self._project.mirror, self._project.downloads)]
        return json_hash([self._package.reached(PLANNING), roots, self._overrides])

    def plan(self, slug: str) -> Plan | CaseRecord:
        """Return what to run, or the record of a case study that cannot be run: faulty, damaged, without its data.

        An unknown slug raises ``DefinitionError``: bad input, nothing is run.
        """
        parameters = {"case_id": slug, **self._overrides}
        try:
            return self._plan(slug, parameters)
        except CasebookError as error:
            if not (self._project.casestudies / slug / "case.yaml").is_file():
                raise
            failure = Failure(type(error).__name__, str(error))
            return CaseRecord(slug, RunState.FAILED, failure=failure, parameters=parameters)
        except OSError as error:
            failure = Failure("RunError", f"A file of the case study cannot be read ({error.strerror}).")
            return CaseRecord(slug, RunState.FAILED, failure=failure, parameters=parameters)

    def _plan(self, slug: str, parameters: dict[str, Any]) -> Plan | CaseRecord:
        project, cache = self._project, self._cache
        notebook = project.notebooks / f"{slug}.ipynb"
        folder = project.casestudies / slug
        content = json_hash([slug, cache.folder(folder), cache.hash(notebook) if notebook.is_file() else ""])
        says = cache.known("case", json_hash([content, self._planning]), lambda: self._read(slug, parameters))
        self._words[slug] = says["words"]
        sources, files = self._present(says["sources"])
        named = [path for name in says["named"] if (path := project.root / name).is_file()]
        if len(sources) < len(says["sources"]):
            from shared.batch.definition import what_is_missing

            if (record := what_is_missing(project, slug, parameters, fetching=self._fetching)) is not None:
                return record
            sources, files = self._present(says["sources"])
        if len(sources) < len(says["sources"]):
            raise DefinitionError("The files changed while they were looked at.", hint="Run it again.")
        key = case_key(project, slug, sources, named, parameters, package=self._package, cache=cache)
        size = sum(Path(path).stat().st_size for path in files.values())
        files |= {f"casestudies/{slug}/{name}": str(folder / name) for name in cache.folder(folder)}
        files |= {path.relative_to(project.root).as_posix(): str(path) for path in named}
        return Plan(
            slug, project.outputs / slug, notebook, parameters, says["title"], says["organisation"], key, files, size
        )

    def _read(self, slug: str, parameters: dict[str, Any]) -> dict[str, Any]:
        from shared.batch.definition import read_definition

        return read_definition(self._project, slug, parameters)

    def describe(self, slug: str) -> dict[str, Any]:
        """Return what the index says of a case study; ``{}`` when its definition has faults."""
        if slug in self._words:
            return self._words[slug]

        def read() -> dict[str, Any]:
            from shared.batch.definition import describe

            return describe(self._project, slug)

        content = json_hash([slug, self._cache.folder(self._project.casestudies / slug), self._planning])
        return self._cache.known("words", content, read)

    def _present(self, declared: list[dict[str, Any]]) -> tuple[list[SourceFile], dict[str, str]]:
        """Return the sources whose file is there and is the declared one, and where each lies."""
        present, files = [], {}
        for source in declared:
            for place, path, inside in source["candidates"]:
                if Path(path).is_file() and self._cache.hash(Path(path)) == source["sha256"]:
                    present.append(SourceFile(source["id"], source["kind"], source["sha256"], place))
                    files[inside] = path
                    break
        return present, files
