"""The command line. Every command is a few lines on top of a room; rooms are imported when a command needs them."""

from __future__ import annotations

# in the order in which the commands are needed, which is that of the help
from shared.cli import definitions, running, files, exploring, releasing, rules  # isort: skip
from shared.cli.group import main

__all__ = ["definitions", "exploring", "files", "main", "releasing", "rules", "running"]
