"""Everything wrong with a case study's own files, listed at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from shared.cases.load import load_case
from shared.cases.project import Project
from shared.errors import DefinitionError, Fault


def check_case(project: Project, slug: str, *, read_judgements: Callable[[Path], object] | None = None) -> list[Fault]:
    """Return the faults of case.yaml and judgements.csv, none when all is well.

    ``read_judgements`` is ``shared.evidence.judgements.read_judgements``, handed in because this room lies before
    that one; without it only the presence of the file is checked.
    """
    faults: list[Fault] = []
    try:
        load_case(project, slug)
    except DefinitionError as error:
        faults += error.faults
    path = project.casestudies / slug / "judgements.csv"
    if not path.parent.is_dir():
        return faults
    if not path.is_file():
        hint = "A file with the heading indicator,assessor,score,grade,evidence,date is enough."
        return [*faults, Fault("The file is missing.", project.shown(path), hint)]
    if read_judgements is not None:
        try:
            read_judgements(path)
        except DefinitionError as error:
            faults += error.faults
    return faults
