"""Commands for what a case study is: listed, begun, drafted from a file, checked."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from shared.cli.group import chosen_of, faults_said, main, this_project
from shared.errors import DefinitionError, printable


@main.command("list", short_help="The case studies, and whether their data are here.")
def list_cases() -> None:
    """List the case studies, and whether their data are on this machine."""
    from shared.cases.load import list_slugs, load_case
    from shared.sources.locate import Place, locate_all

    project = this_project()
    for slug in list_slugs(project):
        try:
            case = load_case(project, slug)
        except DefinitionError as error:
            click.echo(f"{slug:<26} definition has {faults_said(len(error.faults))}: casebook check {slug}")
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

    project = this_project()
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
    project = this_project()
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

    project = this_project()
    failed = False
    for slug in chosen_of(project, slugs, everything=not slugs):
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
