"""JupyterLab's settings for a closed network; read by JupyterLab itself (``casebook lab``)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

c: Any = get_config()  # type: ignore[name-defined] # noqa: F821  # given by JupyterLab when it reads this file


def scrub_outputs(model: dict[str, Any], **kwargs: Any) -> None:
    """Take outputs and counts out of a notebook before it is written; the page in the browser keeps them."""
    if model["type"] != "notebook" or model["content"]["nbformat"] != 4:
        return
    for cell in model["content"]["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = []
            cell["execution_count"] = None
    model["content"]["metadata"].pop("widgets", None)


c.FileContentsManager.pre_save_hook = scrub_outputs
c.ServerApp.ip = "127.0.0.1"
c.LabApp.default_url = "/lab/tree/notebooks"
c.LabApp.extension_manager = "readonly"
c.LabApp.news_url = None
c.LabApp.app_settings_dir = str(Path(__file__).parent / "lab_settings")  # asks for no news and no updates
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
