"""Commands for the data files of case studies."""

from __future__ import annotations

from pathlib import Path

import click

from shared.cli.group import chosen_of, faults_said, main, this_project
from shared.errors import DefinitionError


@main.group(short_help="Where the data files are; fetch the missing ones.")
def data() -> None:
    """Where the data files are, and how to fetch those that are not here."""


@data.command("status", short_help="For each source: shipped, mirror, downloaded, missing.")
@click.argument("slugs", nargs=-1)
def data_status(slugs: tuple[str, ...]) -> None:
    """Show for each source whether it is shipped, in the mirror, downloaded, missing or damaged."""
    from shared.cases.load import load_case
    from shared.sources.locate import locate_all

    project = this_project()
    for slug in chosen_of(project, slugs, everything=not slugs):
        click.echo(slug)
        try:
            case = load_case(project, slug)
        except DefinitionError as error:  # one broken definition hides no other case study's files
            if slugs:
                raise
            click.echo(f"  definition has {faults_said(len(error.faults))}: casebook check {slug}")
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

    project = this_project()
    cases = [load_case(project, slug) for slug in chosen_of(project, slugs, everything=not slugs)]
    pulled = pull(project, cases, progress=click.echo)
    click.echo(f"{len(pulled)} file(s) fetched; nothing else was missing." if pulled else "Nothing was missing.")


@data.command("describe", short_help="Write a datapackage.json, without any row.")
@click.argument("slug")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def data_describe(slug: str, folder: Path) -> None:
    """Write FOLDER/datapackage.json: a case study's files and columns for others to read, without any row."""
    from shared.cases.dictionary.data_package import write_data_package
    from shared.cases.load import load_case

    project = this_project()
    (chosen,) = chosen_of(project, (slug,), everything=False)
    click.echo(f"wrote {write_data_package(project, load_case(project, chosen), folder)}")
