"""The command line. Every command is a few lines on top of a room; rooms are imported when a command needs them."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from shared.errors import CasebookError, DefinitionError, Fault, RunError, nearest, printable

if TYPE_CHECKING:
    from shared.cases.project import Project

F = TypeVar("F", bound=Callable[..., Any])

EXIT_CODES = """
\b
Exit codes:
  0  all went well (a case study whose data are not present is not a failure)
  1  a case study failed, or a check found faults
  2  the input was wrong: an unknown name, a misspelt parameter, a broken file
130  stopped with Ctrl-C; what had finished is kept, the same command runs the rest
"""


class _Group(click.Group):
    """A group that answers an unknown command with the nearest one, and our errors without a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order in which they are needed."""
        return list(self.commands)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            hint = nearest(args[0], self.list_commands(ctx))
            raise click.UsageError(f'There is no command "{args[0]}". {hint}'.rstrip(), ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except CasebookError as error:
            click.echo(f"casebook: {error}", err=True)
            ctx.exit(2)


@click.group(cls=_Group, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="citizen-data-casebook", prog_name="casebook")
def main() -> None:
    """Assess citizen data case by case, and write the reports.

    A case study is a folder casestudies/SLUG (what is known of the data) with a notebook
    notebooks/SLUG.ipynb (its story). "casebook run" turns them into outputs/SLUG/report.html.
    """


def _project() -> Project:
    from shared.cases.project import find_project

    return find_project()


def _chosen(project: Project, slugs: tuple[str, ...], everything: bool) -> list[str]:
    """Return the case studies meant: those named, or all; a name that does not exist is bad input."""
    from shared.cases.project import list_slugs

    known = list_slugs(project)
    unknown = [slug for slug in slugs if slug not in known]
    if unknown:
        faults = [
            Fault(f'There is no case study "{slug}".', hint=nearest(slug, known) or "See: casebook list")
            for slug in unknown
        ]
        if len(faults) == 1:
            raise DefinitionError(faults[0].problem, hint=faults[0].hint)
        raise DefinitionError("Some case studies do not exist:", faults=faults)
    if slugs and everything:
        raise click.UsageError("Name case studies, or say --all, not both.")
    if not slugs and not everything:
        raise click.UsageError(f"Name a case study, or say --all. There are: {', '.join(known)}")
    return known if everything else list(dict.fromkeys(slugs))


def _faults(number: int) -> str:
    return "one fault" if number == 1 else f"{number} faults"


@main.command("list", short_help="The case studies, and whether their data are here.")
def list_cases() -> None:
    """List the case studies, and whether their data are on this machine."""
    from shared.cases.load import list_slugs, load_case
    from shared.sources.locate import Place, locate_all

    project = _project()
    for slug in list_slugs(project):
        try:
            case = load_case(project, slug)
        except DefinitionError as error:
            click.echo(f"{slug:<26} definition has {_faults(len(error.faults))}: casebook check {slug}")
            continue
        bad = [found for found in locate_all(project, case) if found.place in (Place.MISSING, Place.DAMAGED)]
        state = (
            "data present"
            if not bad
            else f"data not present ({len(bad)} of {len(case.sources)} files): casebook data pull {slug}"
        )
        click.echo(f"{slug:<26} {printable(case.title)}\n{'':<26} {printable(case.organisation.name)} · {state}")


@main.command(short_help="Start a case study: the files to fill in.")
@click.argument("slug")
def new(slug: str) -> None:
    """Start a case study: definition with comments, judgements to fill in, notebook from the template."""
    from shared.cases.scaffold import new_case

    project = _project()
    for path in new_case(project, slug):
        click.echo(f"wrote {path.relative_to(project.root)}")
    click.echo(f"Next: fill in casestudies/{slug}/case.yaml, then: casebook check {slug}")


@main.command(short_help="What an unknown file holds; drafts a definition.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--sheet", help="Of a workbook.")
@click.option("--member", help="The file in a zip, the object of R data, the list in JSON, the layer of a map.")
@click.option("--layer", help="The same once more, inside the file that --member names in a zip.")
@click.option(
    "--header-row",
    "header_row",
    type=click.IntRange(1),
    multiple=True,
    help="Row that holds the column names; may be repeated.",
)
@click.option(
    "--skip-row",
    "skip_rows",
    type=click.IntRange(1),
    multiple=True,
    help="Row to leave out, such as a note; may be repeated.",
)
@click.option("--encoding", help="Of text, for instance cp1252.")
@click.option("--separator", help="Of text, for instance ';'.")
@click.option("--crs", help="Of a map that names none, for instance EPSG:27700.")
@click.option("--form", type=click.Path(path_type=Path), help="The XLSForm definition behind a survey tool's export.")
@click.option("--draft", metavar="SLUG", help="Start a case study with a definition drafted from the file.")
def profile(file: Path, form: Path | None, draft: str | None, **given: Any) -> None:
    """Say what an unknown FILE holds: columns, types, codes, keys, area codes, personal data.

    Shows no value that fewer than 10 rows share. Reads CSV, TSV, Excel, ODS, JSON, Parquet, R data, GeoJSON, TopoJSON,
    GeoPackage, zipped shapefiles and zips.
    """
    from shared.cases.scaffold import new_case
    from shared.sources.profile import profile_file
    from shared.sources.profile.draft import draft_definition
    from shared.sources.profile.show import profile_text

    if given["separator"] in ("tab", "\\t"):
        given["separator"] = "\t"
    found = profile_file(file, form=form, progress=lambda line: click.echo(line, err=True), **given)
    click.echo(profile_text(found), nl=False)
    if draft is None:
        return
    project = _project()
    for path in new_case(project, draft, definition=draft_definition(found, draft, project, file)):
        click.echo(f"wrote {path.relative_to(project.root)}")
    click.echo(f"Next: fill in what is TODO in casestudies/{draft}/case.yaml, then: casebook check {draft}")


@main.command(short_help="Everything that is wrong, listed at once.")
@click.argument("slugs", nargs=-1)
def check(slugs: tuple[str, ...]) -> None:
    """Check definitions, judgements, notebooks and data; list everything that is wrong at once.

    Without a SLUG all case studies are checked.
    """
    from shared.cases.check import check_case
    from shared.cases.load import load_case
    from shared.cases.notebook_contract import notebook_faults
    from shared.evidence.judgements import read_judgements
    from shared.sources.locate import Place, locate_all
    from shared.sources.prepare import data_faults

    project = _project()
    failed = False
    for slug in _chosen(project, slugs, everything=not slugs):
        faults = [*check_case(project, slug, read_judgements=read_judgements), *notebook_faults(project, slug)]
        absent: list[str] = []
        try:
            case = load_case(project, slug)
        except DefinitionError:
            pass  # its faults are listed already; without a sound definition there are no data to look at
        else:
            faults += data_faults(project, case)
            absent = [one.source_id for one in locate_all(project, case) if one.place is Place.MISSING]
        failed = failed or bool(faults)
        click.echo(f"{slug}: " + ("all well" if not faults else f"{len(faults)} fault(s)"))
        for fault in faults:
            click.echo(f"  - {fault}")
        if absent:
            click.echo(f"  data not present: {', '.join(absent)}. To fetch: casebook data pull {slug}")
    sys.exit(1 if failed else 0)


@main.command(short_help="Execute notebooks and write the reports.")
@click.argument("slugs", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every case study.")
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=None,
    help="How many notebooks at a time. [default: number of processors, at most 4]",
)
@click.option(
    "-p",
    "--parameter",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    help="Set a notebook parameter; may be repeated.",
)
@click.option("--force", is_flag=True, help="Run also what has not changed.")
@click.option(
    "--time-limit",
    type=click.IntRange(1),
    default=900,
    show_default=True,
    help="Seconds a whole notebook may take.",
)
@click.option(
    "--memory-limit",
    type=click.IntRange(512),
    default=None,
    metavar="MB",
    help="Memory a notebook may use. [default: what there is]",
)
@click.option(
    "--output-limit",
    type=click.IntRange(1),
    default=100,
    show_default=True,
    metavar="MB",
    help="How much a notebook may put out.",
)
@click.option(
    "--scheduler",
    default="",
    metavar="ADDRESS",
    help="Run on the Dask cluster of this scheduler (tcp://host:8786); local: a trial cluster of --workers processes.",
)
@click.option(
    "--debug",
    is_flag=True,
    help="Run in this process, one after the other: breakpoint() in a notebook opens the debugger here.",
)
def run(
    slugs: tuple[str, ...],
    everything: bool,
    workers: int | None,
    parameters: tuple[str, ...],
    force: bool,
    time_limit: int,
    memory_limit: int | None,
    output_limit: int,
    scheduler: str,
    debug: bool,
) -> None:
    """Execute notebooks and write reports to outputs/.

    What has not changed since its last good run is not run again. One failing notebook stops no other. A run that
    was stopped in any way is taken up where it was by the same command.
    """
    from shared.batch.run import run_cases

    project = _project()
    chosen = _chosen(project, slugs, everything)
    if debug and scheduler:
        raise click.UsageError("--debug runs in this process, --scheduler elsewhere: say one of them.")
    if debug:
        from shared.batch.in_process import start_anew_if_needed

        start_anew_if_needed(sys.argv[1:])
    try:
        records = run_cases(
            project,
            chosen,
            workers=workers or min(os.cpu_count() or 1, 4),
            overrides=list(parameters),
            force=force,
            time_limit=time_limit,
            memory_limit=memory_limit or 0,
            output_limit=output_limit,
            scheduler=scheduler,
            debug=debug,
        )
    except KeyboardInterrupt:
        click.echo("casebook: stopped. What had finished is kept: the same command runs only the rest.", err=True)
        sys.exit(130)
    except RunError as error:
        click.echo(f"casebook: {error}", err=True)
        sys.exit(1)
    sys.exit(1 if any(record.failed for record in records) else 0)


@main.command(short_help="Which reports are out of date, and why.")
@click.argument("slugs", nargs=-1)
@click.option(
    "-p",
    "--parameter",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    help="A notebook parameter, as for run; may be repeated.",
)
def status(slugs: tuple[str, ...], parameters: tuple[str, ...]) -> None:
    """Say for each case study whether its report is up to date, and which input has changed.

    Nothing is executed. Without a SLUG all case studies are listed.
    """
    from shared.batch.status import standings

    overrides: dict[str, Any] = {}
    if parameters:
        from shared.batch.params import parse_overrides

        overrides = dict(parse_overrides(list(parameters)))
    project = _project()
    for standing in standings(project, _chosen(project, slugs, everything=not slugs), overrides):
        click.echo(str(standing))


@main.command(short_help="Print quotations as they are masked, for their reviewer.")
@click.argument("slug")
def quotations(slug: str) -> None:
    """Print a case study's quotations as they are masked, and the fingerprint for their review.

    For the reviewer only: whether enough is masked is seen by reading. Nothing is written.
    """
    from shared.cases.load import load_case
    from shared.errors import ProtectionError
    from shared.protect.quotations import fingerprint, masked_texts
    from shared.sources.prepare import prepare

    project = _project()
    case = load_case(project, slug)
    if case.quotations is None:
        raise ProtectionError("case.yaml declares no quotations.", where=slug, hint="See the block in a new case.yaml.")
    texts = masked_texts(project, case, prepare(project, case).frames[case.quotations.source])
    for number, (text, _) in enumerate(texts, 1):
        click.echo(f"{number:>4}  {printable(text)}")
    click.echo(f"reviewed: {fingerprint(texts)}")


@main.group(short_help="Where the data files are; fetch the missing ones.")
def data() -> None:
    """Where the data files are, and how to fetch those that are not here."""


@data.command("status", short_help="For each source: shipped, mirror, downloaded, missing.")
@click.argument("slugs", nargs=-1)
def data_status(slugs: tuple[str, ...]) -> None:
    """Show for each source whether it is shipped, in the mirror, downloaded, missing or damaged."""
    from shared.cases.load import load_case
    from shared.sources.locate import locate_all

    project = _project()
    for slug in _chosen(project, slugs, everything=not slugs):
        click.echo(slug)
        try:
            case = load_case(project, slug)
        except DefinitionError as error:  # one broken definition hides no other case study's files
            if slugs:
                raise
            click.echo(f"  definition has {_faults(len(error.faults))}: casebook check {slug}")
            continue
        for found in locate_all(project, case):
            click.echo(
                f"  {found.place.value:<11} {found.source_id}" + (f"  ({found.problem})" if found.problem else "")
            )
    if project.mirror is None:
        click.echo("No mirror: set CASEBOOK_MIRROR to a folder of public files kept in this network, if there is one.")


@data.command("pull", short_help="Download missing public files, hashes compared.")
@click.argument("slugs", nargs=-1)
def data_pull(slugs: tuple[str, ...]) -> None:
    """Download missing public files, each compared with the hash in case.yaml. Needs a connection."""
    from shared.cases.load import load_case
    from shared.sources.pull import pull

    project = _project()
    cases = [load_case(project, slug) for slug in _chosen(project, slugs, everything=not slugs)]
    pulled = pull(project, cases, progress=click.echo)
    click.echo(f"{len(pulled)} file(s) fetched; nothing else was missing." if pulled else "Nothing was missing.")


@data.command("describe", short_help="Write a datapackage.json, without any row.")
@click.argument("slug")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def data_describe(slug: str, folder: Path) -> None:
    """Write FOLDER/datapackage.json: a case study's files and columns for others to read, without any row."""
    from shared.cases.dictionary.data_package import write_data_package
    from shared.cases.load import load_case

    project = _project()
    (chosen,) = _chosen(project, (slug,), everything=False)
    click.echo(f"wrote {write_data_package(project, load_case(project, chosen), folder)}")


@main.command(short_help="JupyterLab on the notebooks, without the internet.")
@click.option("--port", type=click.IntRange(1024, 65535), default=8888, show_default=True)
@click.option("--browser/--no-browser", default=True, help="Open a browser window.")
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def lab(port: int, browser: bool, options: tuple[str, ...]) -> None:
    """Open JupyterLab on the notebooks, on this machine only and without any call to the internet.

    Further OPTIONS after -- are handed to JupyterLab: casebook lab -- --allow-root
    """
    from shared.explore.lab import lab_command

    command = [*lab_command(_project(), port=port, browser=browser), *options]
    os.execv(command[0], command)


@main.command(short_help="Make what may leave, if nothing unsafe is in it.")
@click.argument("slug")
@click.option(
    "--earlier",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    multiple=True,
    metavar="LEDGER",
    help="ledger.json of a further release to compare with; may be repeated.",
)
def release(slug: str, earlier: tuple[Path, ...]) -> None:
    """Make outputs/SLUG/release/ if nothing unsafe is in it: report, tables, ledger, checker's page, checksums.

    Refused with every reason while an output waits for a second person, a figure could be worked out, or the scan of
    all bytes finds a value that points at a record.
    """
    from shared.batch.release import release as make
    from shared.errors import ProtectionError, RunError

    project = _project()
    (chosen,) = _chosen(project, (slug,), everything=False)
    try:
        made = make(project, chosen, earlier=earlier)
    except (ProtectionError, RunError) as error:
        click.echo(f"casebook: {error}", err=True)
        sys.exit(1)
    click.echo(f"{chosen}: released, {len(made.files)} files in outputs/{chosen}/release/")


@main.command(short_help="Record a second person's decision on an output.")
@click.argument("slug")
@click.argument("output")
@click.option("--by", required=True, metavar="NAME", help="Who decides; not one of those who prepared it.")
@click.option("--why", required=True, metavar="TEXT", help="What was looked at, and why it may leave or not.")
@click.option("--refuse", is_flag=True, help="Decide that the output must not leave.")
def approve(slug: str, output: str, by: str, why: str, refuse: bool) -> None:
    """Record a second person's decision on an OUTPUT of SLUG that waits for one ("casebook release" lists them)."""
    from datetime import date

    from shared.batch.release_decisions import decide as record
    from shared.cases.load import load_case

    project = _project()
    (chosen,) = _chosen(project, (slug,), everything=False)
    ledger = project.outputs / chosen / "ledger.json"
    if not ledger.is_file():
        raise DefinitionError(f"{chosen} has no report to decide on.", hint=f"Run it first: casebook run {chosen}")
    outputs = json.loads(ledger.read_text(encoding="utf-8"))["outputs"]
    made = record(
        project, load_case(project, chosen), outputs, output, by=by, why=why, when=date.today(), accept=not refuse
    )
    click.echo(f"{chosen}: {output} {'accepted' if made.decision == 'accept' else 'refused'} by {made.by}")


@main.command(short_help="Apply the use rules to a JSON file.")
@click.argument("file", type=click.Path(path_type=Path))
def decide(file: Path) -> None:
    """Apply the use rules to FILE (a JSON list of {name, input}); print {name, label, uses} for each."""
    from shared.verdict.decide import decide as apply

    click.echo(json.dumps(apply(_json_list(file)), indent=1, ensure_ascii=False))


@main.command(short_help="Apply another office's rule to a JSON file.")
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path))
def instrument(name: str, file: Path) -> None:
    """Apply another office's rule to FILE, a JSON list of sources as they were scored.

    NAME is ons-2021, ons-2022, statcan-2025-07 or statcan-2025-10. FILE may also be an object that keeps its lists
    apart by office: {"ons": [...], "statcan": [...]}.
    """
    from shared.verdict.instruments import run_instrument

    click.echo(
        json.dumps(run_instrument(name, _json_list(file, part=name.partition("-")[0])), indent=1, ensure_ascii=False)
    )


def _json_list(file: Path, part: str = "") -> list[Any]:
    """Read a JSON list, or the list called ``part`` of an object; every way this can fail is one clear message."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DefinitionError("There is no such file.", where=str(file)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise DefinitionError(f"The file cannot be read ({type(error).__name__}).", where=str(file)) from None
    except json.JSONDecodeError as error:
        raise DefinitionError(f"This is not JSON: {error.msg}.", where=f"{file}, line {error.lineno}") from None
    if part and isinstance(content, dict) and part in content:
        content = content[part]
    if not isinstance(content, list):
        raise DefinitionError("The file must hold a JSON list.", where=str(file), hint="Wrap a single case in [ ].")
    return content


if __name__ == "__main__":
    main()
