"""Commands that apply rules to figures that somebody has, without a case study."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from shared.cli.group import main
from shared.errors import DefinitionError


@main.command(short_help="Apply the use rules to a JSON file.")
@click.argument("file", type=click.Path(path_type=Path))
def decide(file: Path) -> None:
    """Apply the use rules to FILE (a JSON list of {name, input}); print {name, label, uses} for each."""
    from shared.verdict.decide import decide as apply

    click.echo(json.dumps(apply(_json_list(file)), indent=1, ensure_ascii=False))


@main.command(short_help="Apply another office's rule to a JSON file.")
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path))
def instrument(name: str, file: Path) -> None:
    """Apply another office's rule to FILE, a JSON list of sources as they were scored.

    NAME is ons-2021, ons-2022, statcan-2025-07 or statcan-2025-10. FILE may also be an object that keeps its lists
    apart by office: {"ons": [...], "statcan": [...]}.
    """
    from shared.verdict.instruments import run_instrument

    click.echo(
        json.dumps(run_instrument(name, _json_list(file, part=name.partition("-")[0])), indent=1, ensure_ascii=False)
    )


def _json_list(file: Path, part: str = "") -> list[Any]:
    """Read a JSON list, or the list called ``part`` of an object; every way this can fail is one clear message."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DefinitionError("There is no such file.", where=str(file)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise DefinitionError(f"The file cannot be read ({type(error).__name__}).", where=str(file)) from None
    except json.JSONDecodeError as error:
        raise DefinitionError(f"This is not JSON: {error.msg}.", where=f"{file}, line {error.lineno}") from None
    if part and isinstance(content, dict) and part in content:
        content = content[part]
    if not isinstance(content, list):
        raise DefinitionError("The file must hold a JSON list.", where=str(file), hint="Wrap a single case in [ ].")
    return content
