"""JupyterLab as a researcher has it: a real server on loopback, a real browser, no internet."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import TimeoutError

from tests.conftest import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.enable_socket]


NUMBERED = "[...document.querySelectorAll('.jp-InputPrompt')].some(p => /\\[\\d+\\]/.test(p.innerText))"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A JupyterLab on a copy of the project's notebooks; ended with everything it started."""
    home = tmp_path_factory.mktemp("lab")
    for part in ("notebooks", "casestudies", "data"):
        shutil.copytree(ROOT / part, home / part)
    shutil.copy(ROOT / "pyproject.toml", home)
    notebook = home / "notebooks" / "refugee-casework.ipynb"
    content = nbformat.read(notebook, as_version=4)
    content.cells[0].source = content.cells[0].source.replace("interactive: bool = False", "interactive: bool = True")
    content.cells[0].source = content.cells[0].source.replace("draws: int = 2000", "draws: int = 100")
    nbformat.write(content, notebook)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    environment = {
        **os.environ,
        "CASEBOOK_ROOT": str(home),
        "JUPYTER_TOKEN": token,
        "JUPYTER_CONFIG_DIR": str(home / ".jupyter"),
    }
    server = subprocess.Popen(
        [sys.executable, "-m", "shared.cli", "lab", "--no-browser", "--port", str(port), "--", "--allow-root"],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, cwd=home,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            if server.poll() is not None:
                pytest.fail(f"JupyterLab ended at once, with code {server.returncode}")
            try:
                with urllib.request.urlopen(f"{url}/api?token={token}", timeout=2) as answer:
                    json.load(answer)
                break
            except OSError:
                time.sleep(0.5)
        else:
            pytest.fail("JupyterLab did not start within a minute")
        yield f"{url}/lab/tree/notebooks/refugee-casework.ipynb?token={token}", home
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait(5)


def test_the_explorer_answers_in_jupyterlab_without_internet(
    browser: Any, lab: tuple[str, Path], tmp_path: Path
) -> None:
    url, _ = lab
    page = browser.new_page(viewport={"width": 1440, "height": 1000})
    outside: list[str] = []
    errors: list[str] = []
    page.on(
        "request",
        lambda r: None if "127.0.0.1" in r.url or r.url.startswith(("data:", "blob:")) else outside.append(r.url),
    )
    page.on("pageerror", lambda e: errors.append(str(e)))
    try:
        page.goto(url)
        page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        page.wait_for_function(
            "document.querySelector('.jp-Notebook-ExecutionIndicator')?.dataset.status === 'idle'", timeout=60_000
        )
        assert page.locator("text=Jupyter news").count() == 0
        page.wait_for_selector("text=Python 3 (ipykernel) | Idle", timeout=60_000)
        # a kernel that says idle may not take work yet: ask again until the first cell has its number
        for _ in range(6):
            page.click("li.lm-MenuBar-item:has-text('Run')")
            page.click("text=Run All Cells >> nth=0")
            try:
                page.wait_for_function(NUMBERED, timeout=20_000)
                break
            except TimeoutError:
                continue
        page.wait_for_selector(".casebook-explorer select", timeout=180_000, state="attached")
        panel = page.locator(".casebook-explorer")
        panel.scroll_into_view_if_needed()
        indicator = panel.locator("select").first
        # on a busy machine the words of the first indicator may come later than the panel itself
        said = "t => document.querySelector('.casebook-explorer-value').innerText.includes(t)"
        page.wait_for_function(said, arg="Item completeness", timeout=60_000)
        options = indicator.locator("option").all_inner_texts()
        assert len(options) > 5
        indicator.select_option(label=next(o for o in options if o.startswith("DAT-3")))
        page.wait_for_function(said, arg="Valid values", timeout=60_000)
        page.wait_for_selector(
            ".casebook-explorer .vega-embed svg, .casebook-explorer .vega-embed canvas", timeout=60_000
        )
        page.screenshot(path=str(tmp_path / "explorer.png"))
    finally:
        page.close()
    assert outside == []
    assert errors == []


def test_saving_keeps_outputs_out_of_the_file(lab: tuple[str, Path]) -> None:
    url, home = lab
    base, token = url.split("/lab/")[0], url.split("token=")[1]
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("1", outputs=[nbformat.v4.new_output("stream", text="a record")])]
    )
    body = json.dumps({"type": "notebook", "format": "json", "content": notebook}).encode()
    request = urllib.request.Request(
        f"{base}/api/contents/notebooks/saved.ipynb",
        data=body,
        method="PUT",
        headers={"Authorization": f"token {token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10):
        pass
    saved = (home / "notebooks" / "saved.ipynb").read_text(encoding="utf-8")
    assert '"outputs": []' in saved
    assert "a record" not in saved
