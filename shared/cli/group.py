"""The group that all commands belong to, and what several of them need: the project, the case studies meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from shared.errors import CasebookError, DefinitionError, Fault, nearest

if TYPE_CHECKING:
    from shared.cases.project import Project

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


def this_project() -> Project:
    """Return the project of the folder the command was typed in."""
    from shared.cases.project import find_project

    return find_project()


def chosen_of(project: Project, slugs: tuple[str, ...], everything: bool) -> list[str]:
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


def faults_said(number: int) -> str:
    """Write a number of faults."""
    return "one fault" if number == 1 else f"{number} faults"
