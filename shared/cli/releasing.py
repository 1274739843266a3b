"""Commands for what leaves: quotations read by a second person, releases, decisions."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from shared.cli.group import chosen_of, main, this_project
from shared.errors import DefinitionError, RunError, printable


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

    project = this_project()
    case = load_case(project, slug)
    if case.quotations is None:
        raise ProtectionError("case.yaml declares no quotations.", where=slug, hint="See the block in a new case.yaml.")
    texts = masked_texts(project, case, prepare(project, case).frames[case.quotations.source])
    for number, (text, _) in enumerate(texts, 1):
        click.echo(f"{number:>4}  {printable(text)}")
    click.echo(f"reviewed: {fingerprint(texts)}")


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
    from shared.errors import ProtectionError

    project = this_project()
    (chosen,) = chosen_of(project, (slug,), everything=False)
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

    project = this_project()
    (chosen,) = chosen_of(project, (slug,), everything=False)
    ledger = project.outputs / chosen / "ledger.json"
    if not ledger.is_file():
        raise DefinitionError(f"{chosen} has no report to decide on.", hint=f"Run it first: casebook run {chosen}")
    outputs = json.loads(ledger.read_text(encoding="utf-8"))["outputs"]
    made = record(
        project, load_case(project, chosen), outputs, output, by=by, why=why, when=date.today(), accept=not refuse
    )
    click.echo(f"{chosen}: {output} {'accepted' if made.decision == 'accept' else 'refused'} by {made.by}")
