"""Where things are: the project folder, the mirror and the download folder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from shared.errors import DefinitionError


@dataclass(frozen=True)
class Project:
    """The folders a run works with.

    ``root`` holds ``casestudies/``, ``notebooks/`` and ``data/sample/``. ``mirror`` is a folder of public files
    laid out as owner/repository/commit/path (None when there is none); ``downloads`` has the same layout and is
    filled by ``casebook data pull``.
    """

    root: Path
    mirror: Path | None
    downloads: Path

    @property
    def casestudies(self) -> Path:
        """One folder a case study."""
        return self.root / "casestudies"

    @property
    def notebooks(self) -> Path:
        """One notebook a case study, and ``_template.ipynb``."""
        return self.root / "notebooks"

    @property
    def sample(self) -> Path:
        """The small inputs that ship with the project."""
        return self.root / "data" / "sample"

    @property
    def outputs(self) -> Path:
        """What runs write; regenerated at any time."""
        return self.root / "outputs"

    def shown(self, path: Path) -> str:
        """Return ``path`` as it may be printed: relative to the project, the mirror or the download folder.

        A report must not carry the folder names of the machine it was made on.
        """
        for folder, label in ((self.mirror, "mirror: "), (self.root, "")):
            if folder is not None and path.is_relative_to(folder):
                return f"{label}{path.relative_to(folder).as_posix()}"
        return path.name


def can_be_path(name: str) -> bool:
    """Tell whether a name from a definition can be that of a file: systems answer others with errors of their own."""
    return len(name) <= 1_000 and "\x00" not in name and all(len(part.encode()) <= 255 for part in name.split("/"))


def list_slugs(project: Project) -> list[str]:
    """Return the slugs of all case studies (folders of ``casestudies/`` that hold a case.yaml), in order."""
    return sorted(path.parent.name for path in project.casestudies.glob("[!._]*/case.yaml"))


def find_project(start: Path | None = None) -> Project:
    """Find the project: ``CASEBOOK_ROOT``, else upwards from ``start``, else beside the installed package.

    A folder is the project when it holds ``pyproject.toml`` and ``casestudies/``. ``start`` is the working
    directory when left out. ``CASEBOOK_MIRROR`` names the mirror; a relative name counts from the working
    directory. A named folder that does not exist raises ``DefinitionError``, as does finding no project.
    """
    root = _root(start or Path.cwd())
    return Project(root, _mirror(), root / "data" / "downloaded")


def _root(start: Path) -> Path:
    named = os.environ.get("CASEBOOK_ROOT")
    if named:
        root = Path(named).expanduser().resolve()
        if not (root / "casestudies").is_dir():
            raise DefinitionError(
                "CASEBOOK_ROOT names a folder without casestudies/.", where=named, hint="Correct it or unset it."
            )
        return root
    package = Path(__file__).resolve().parents[2]  # an editable installation: the package lies in the project
    for folder in (start.resolve(), *start.resolve().parents, package):
        if (folder / "pyproject.toml").is_file() and (folder / "casestudies").is_dir():
            return folder
    raise DefinitionError(
        "No casebook project was found here.",
        where=str(start),
        hint="Change into the project's folder, or set CASEBOOK_ROOT to it.",
    )


def _mirror() -> Path | None:
    named = os.environ.get("CASEBOOK_MIRROR")
    if not named:
        return None
    mirror = Path(named).expanduser().resolve()
    if not mirror.is_dir():
        raise DefinitionError(
            "CASEBOOK_MIRROR names a folder that does not exist.", where=named, hint="Correct it or unset it."
        )
    return mirror
