"""Start JupyterLab so that it asks nothing of the internet, listens to this machine only, and saves no outputs."""

from __future__ import annotations

import sys
from importlib import resources

from shared.cases.project import Project


def lab_command(project: Project, *, port: int = 8888, browser: bool = True) -> list[str]:
    """Return the command that opens JupyterLab on the project's notebooks (program first).

    The settings are in ``lab_config.py`` beside this file: no news, no update check, no extension installation,
    loopback only, and outputs are taken out of a notebook when it is saved (what is shown may come from records;
    it is never to be committed).
    """
    config = resources.files("shared.explore").joinpath("lab_config.py")
    return [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--config={config}",
        f"--ServerApp.root_dir={project.root}",
        f"--ServerApp.port={port}",
        f"--ServerApp.open_browser={browser}",
    ]
