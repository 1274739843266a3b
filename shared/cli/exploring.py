"""The command for JupyterLab."""

from __future__ import annotations

import os

import click

from shared.cli.group import main, this_project


@main.command(short_help="JupyterLab on the notebooks, without the internet.")
@click.option("--port", type=click.IntRange(1024, 65535), default=8888, show_default=True)
@click.option("--browser/--no-browser", default=True, help="Open a browser window.")
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def lab(port: int, browser: bool, options: tuple[str, ...]) -> None:
    """Open JupyterLab on the notebooks, on this machine only and without any call to the internet.

    Further OPTIONS after -- are handed to JupyterLab: casebook lab -- --allow-root
    """
    from shared.explore.lab import lab_command

    command = [*lab_command(this_project(), port=port, browser=browser), *options]
    os.execv(command[0], command)
