"""``python -m shared.cli`` is the command ``casebook``."""

from __future__ import annotations

from shared.cli import main

main(prog_name="casebook")
