"""What every test room shares: the project, the mirror, a browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


# A relative mirror counts from the project's folder, as in .ci/run; tests and what they start work in other folders.
if named := os.environ.get("CASEBOOK_MIRROR"):
    os.environ["CASEBOOK_MIRROR"] = str((ROOT / named).resolve())


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's own folder."""
    return ROOT


@pytest.fixture(scope="session")
def mirror() -> Path:
    """The folder of real files; tests that need it are skipped, with the reason, where it is not named."""
    named = os.environ.get("CASEBOOK_MIRROR")
    if not named:
        pytest.skip("CASEBOOK_MIRROR is not set")
    folder = Path(named)
    assert folder.is_dir(), f"CASEBOOK_MIRROR names {named}, which is not a folder"
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless Chromium; where CASEBOOK_REQUIRE_BROWSER is set its absence fails instead of skipping."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        if os.environ.get("CASEBOOK_REQUIRE_BROWSER"):
            pytest.fail("no Chromium on this machine, and CASEBOOK_REQUIRE_BROWSER is set")
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        instance = play.chromium.launch(executable_path=path, args=list(CHROMIUM_FLAGS))
        yield instance
        instance.close()
