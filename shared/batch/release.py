"""A release: report, tables, ledger and checker's page together in one folder, or nothing and the reasons."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.batch.inputs import InputCache
from shared.batch.job import LEDGER, NOTEBOOK, REPORT, RESULT
from shared.batch.key import package_folder
from shared.batch.plan import Plan, Planner
from shared.batch.publish import CACHE, INTERNAL, LOG, shown, write_whole
from shared.batch.record import RECORD, RunState, read_record
from shared.batch.release_decisions import authors_of, decided, read_decisions
from shared.batch.release_page import checker_page
from shared.batch.release_tables import index_csv, table_csv
from shared.batch.render import known_scripts
from shared.batch.scan import Allowed, scan
from shared.batch.scan_needles import needles_of
from shared.cases.load import load_case
from shared.cases.model import CaseStudy
from shared.cases.project import Project
from shared.errors import Fault, ProtectionError, RunError
from shared.protect.book import exposed_in
from shared.protect.counted import counted_from
from shared.protect.difference import given_away
from shared.protect.policy import POLICIES
from shared.protect.siblings import links_of
from shared.sources.prepare import Prepared, prepare

FOLDER = "release"
CHECKER, SUMS = "checker.html", "SHA256SUMS"
ALSO_LOOKED_AT = (NOTEBOOK, LOG, RECORD)
"""Files beside the release that people pass on too: they are scanned, and stay where they are."""
STRICTEST = "strict"
NEVER = "there is none"


@dataclass(frozen=True)
class Released:
    """What a release consists of: its folder and the names of its files."""

    folder: Path
    files: tuple[str, ...]


def release(
    project: Project, slug: str, *, earlier: Sequence[Path] = (), planted: Mapping[str, str] | None = None
) -> Released:
    """Make ``outputs/<slug>/release/`` from the last good run, or raise ``ProtectionError`` with every reason.

    Nothing is written, and an earlier release stays as it is, unless the report is of today's inputs, every output
    passed or was accepted by a second person, no figure can be worked out from all tables together (nor with those of
    the last release), and the scan of all bytes finds nothing. ``earlier`` are ledgers of releases that are no longer
    in the folder; ``planted`` are further values to look for, each with what it is. The same run gives the same bytes.
    Raises ``RunError`` when there is no good run to release.
    """
    case = load_case(project, slug)
    folder = project.outputs / slug
    _up_to_date(project, slug)
    ledger = json.loads((folder / LEDGER).read_text(encoding="utf-8"))
    if ledger["case"] != slug:
        raise RunError("The ledger is another case study's.", where=LEDGER)
    prepared = prepare(project, case)
    ledger["outputs"] = decided(ledger["outputs"], read_decisions(project, slug), authors_of(project, case))
    ledger["sources"] = {name: source.sha256 for name, source in case.sources.items()}
    faults = [*_policy(case, ledger), *_statuses(slug, ledger), *_unchecked(ledger)]
    faults += _worked_out(project, case, prepared, ledger, [folder / FOLDER / LEDGER, *earlier])
    files = _files(case, folder, ledger)
    needles = needles_of(project, slug)
    for value, what in (planted or {}).items():
        needles.plant(value, what)
    allowed = _allowed(project, case, prepared, ledger)
    beside = {name: (folder / name).read_bytes() for name in ALSO_LOOKED_AT if (folder / name).is_file()}
    faults += [Fault(finding.what, finding.place) for finding in scan({**files, **beside}, needles, allowed)]
    if faults:
        _for_the_checker(folder, checker_page(case.title, slug, ledger, faults))
        where = shown(project, folder / INTERNAL / CHECKER)
        raise ProtectionError(f"{slug} cannot be released (checker's page: {where}):", faults=faults)
    (folder / INTERNAL / CHECKER).unlink(missing_ok=True)
    return Released(folder / FOLDER, _put(folder, files))


def _for_the_checker(folder: Path, text: str) -> None:
    """Keep the checker's page of what is not released, for the people here alone."""
    (folder / INTERNAL).mkdir(mode=0o700, exist_ok=True)
    write_whole(folder / INTERNAL / CHECKER, text)
    (folder / INTERNAL / CHECKER).chmod(0o600)


def _up_to_date(project: Project, slug: str) -> None:
    """Refuse results that are not those of today's inputs, or that somebody changed after they were made."""
    record = read_record(project.outputs / slug)
    again = f"Run it first: casebook run {slug}"
    if record is None or record.published is None:
        raise RunError(f"{slug} has no report to release.", hint=again)
    overrides = {name: value for name, value in record.parameters.items() if name != "case_id"}
    cache = InputCache(project.outputs / CACHE)
    plan = Planner(project, overrides, package_folder(), cache).plan(slug)
    if not isinstance(plan, Plan):
        raise RunError(f"{slug} cannot be run as it is: {plan.failure or plan.message}", hint=again)
    _, changed = plan.standing(cache)
    if changed or record.state is RunState.FAILED:
        raise RunError(f"The report of {slug} is not of today's inputs ({', '.join(changed)}).", hint=again)


def _policy(case: CaseStudy, ledger: Mapping[str, Any]) -> list[Fault]:
    wanted, used = case.disclosure.policy, ledger["policy"]
    if used in (wanted, STRICTEST):
        return []
    return [Fault(f'The report was made under policy "{used or "none"}", case.yaml asks for "{wanted}".', LEDGER)]


def _statuses(slug: str, ledger: Mapping[str, Any]) -> list[Fault]:
    faults = []
    for output in ledger["outputs"]:
        where = f"output {output['id']} ({output['kind']}: {output['title']})"
        if output["status"] == "refused":
            faults.append(Fault(output.get("decision") or output["why"], where))
        elif output["status"] == "review":
            how = f'A second person decides: casebook approve {slug} {output["id"]} --by NAME --why "..."'
            faults.append(Fault(f"Waits for a decision. {output['why']}", where, how))
    return faults


def _unchecked(ledger: Mapping[str, Any]) -> list[Fault]:
    """Return a fault for each table of counts that was made after all tables had been held together."""
    checked = {(fact["source"], json.dumps(fact["by"]), json.dumps(sorted(fact["chosen"]))) for fact in ledger["facts"]}
    said = "This table was made after the last section, so it was not held against the others."
    return [
        Fault(said, f"table {entry['title']}", "Move its cell above study.reproduce().")
        for entry in ledger["tables"]
        if entry["made"] == "counts"
        and (entry["source"], json.dumps(entry["by"]), json.dumps(sorted(entry["chosen"]))) not in checked
    ]


def _worked_out(
    project: Project, case: CaseStudy, prepared: Prepared, ledger: dict[str, Any], earlier: Sequence[Path]
) -> list[Fault]:
    """Attack all tables together once more, from what is printed alone, and together with each earlier release."""
    now, links = [counted_from(fact) for fact in ledger["facts"]], links_of(project, case, prepared)
    titles = [title for title, _ in exposed_in(now, links)]
    faults = [Fault("A hidden figure can be worked out from the other tables.", f"table {title}") for title in titles]
    ledger["compared"] = NEVER
    for path in earlier:
        if path.name == LEDGER and path.parent.name == FOLDER and not path.is_file():
            continue  # nothing was released before
        before = _earlier(path, case.slug)
        tables, hashes = [counted_from(fact) for fact in before["facts"]], dict(before["sources"])
        if tables == now and hashes == ledger["sources"] and ledger["compared"] == NEVER:
            ledger["compared"] = str(before.get("compared", NEVER))  # the same release again
            continue
        same = {name: hashes.get(name) == source.sha256 for name, source in case.sources.items()}
        policy = POLICIES.get(str(ledger["policy"]))
        published = policy is not None and policy.labels_public
        for title in given_away(now, tables, same, links, published=published):
            said = "Together with an earlier release a figure of few people can be worked out."
            faults.append(Fault(said, f"table {title}", "Hide it again, or wait until more has changed."))
        ledger["compared"] = "yes: no hidden figure, and no change of a few people, follows from the two together"
    return faults


def _earlier(path: Path, slug: str) -> dict[str, Any]:
    """Return the ledger of an earlier release; one that is damaged, or of another case study, is refused."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        for fact in content["facts"]:
            counted_from(fact)
        if content["case"] == slug and isinstance(content["sources"], dict):
            return dict(content)
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError):
        pass
    raise ProtectionError(
        "The ledger of an earlier release cannot be read, so the two cannot be compared.", where=path.name,
        hint="Put the ledger.json that was released back in its place.",
    )  # fmt: skip


def _files(case: CaseStudy, folder: Path, ledger: Mapping[str, Any]) -> dict[str, bytes]:
    """Return every file of the release by its name, checksums last."""
    tables = {f"tables/{entry['id']}.csv": table_csv(entry) for entry in ledger["tables"]}
    texts = {
        **dict(sorted(tables.items())),
        "tables/index.csv": index_csv(ledger["tables"]),
        LEDGER: json.dumps(ledger, indent=1, ensure_ascii=False, allow_nan=False) + "\n",
        CHECKER: checker_page(case.title, case.slug, ledger),
    }
    files = {name: (folder / name).read_bytes() for name in (REPORT, RESULT)}
    files |= {name: text.encode("utf-8") for name, text in texts.items()}
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items())
    return {**files, SUMS: sums.encode("ascii")}


def _allowed(project: Project, case: CaseStudy, prepared: Prepared, ledger: Mapping[str, Any]) -> Allowed:
    folders = [str(project.root), str(project.outputs), *([str(project.mirror)] if project.mirror else [])]
    columns = {
        name
        for source_id, source in case.records.items()
        for name in {*source.columns, *map(str, prepared.frames[source_id].columns)}
        if name not in case.disclosure.publish.get(source_id, ())
    }
    public = {name for columns in case.disclosure.publish.values() for name in columns}
    return Allowed(
        ledger, scripts=known_scripts(project.outputs / CACHE), folders=tuple(folders),
        private=frozenset(columns - public), sizes=frozenset(len(prepared.frames[name]) for name in case.records),
    )  # fmt: skip


def _put(folder: Path, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """Put the files in place of the last release: a reader sees the whole old one or the whole new one."""
    staging = Path(tempfile.mkdtemp(prefix=".release-", dir=folder))
    try:
        for name, data in files.items():
            path = staging / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        staging.chmod(0o755)
        old = folder / f".release-old-{os.getpid()}"
        if (folder / FOLDER).exists():
            (folder / FOLDER).replace(old)
        staging.replace(folder / FOLDER)
        shutil.rmtree(old, ignore_errors=True)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    return tuple(files)
