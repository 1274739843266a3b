"""Commands that make the reports, and say which are out of date."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from shared.cli.group import chosen_of, main, this_project
from shared.errors import RunError

PARAMETERS = click.option(
    "-p", "--parameter", "parameters", multiple=True, metavar="NAME=VALUE",
    help="Set a notebook parameter; may be repeated.",
)  # fmt: skip


@main.command(short_help="Execute notebooks and write the reports.")
@click.argument("slugs", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every case study.")
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=None,
    help="How many notebooks at a time. [default: number of processors, at most 4]",
)
@PARAMETERS
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

    project = this_project()
    chosen = chosen_of(project, slugs, everything)
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
@PARAMETERS
def status(slugs: tuple[str, ...], parameters: tuple[str, ...]) -> None:
    """Say for each case study whether its report is up to date, and which input has changed.

    Nothing is executed. Without a SLUG all case studies are listed.
    """
    from shared.batch.status import standings

    overrides: dict[str, Any] = {}
    if parameters:
        from shared.batch.params import parse_overrides

        overrides = dict(parse_overrides(list(parameters)))
    project = this_project()
    for standing in standings(project, chosen_of(project, slugs, everything=not slugs), overrides):
        click.echo(str(standing))
