"""The notebook as it lies in ``notebooks/``, read for inspection and for execution."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from shared.batch.startup import skip_grammars
from shared.errors import DefinitionError

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def read_notebook(path: Path) -> Any:
    """Return the notebook as an nbformat node, set to this interpreter's kernel whatever it was last opened with.

    A node, and not the path, is what papermill is to get: it formats paths with ``str.format``, and a folder may
    have braces in its name. Raises ``DefinitionError`` when the file is no valid notebook.
    """
    skip_grammars()
    import nbformat

    try:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
    except (OSError, ValueError, KeyError, AttributeError, nbformat.ValidationError) as error:
        problem = f"The notebook cannot be read ({type(error).__name__})."
        raise DefinitionError(
            problem, where=path.name, hint="Open it in JupyterLab, or take the last good version."
        ) from None
    notebook.metadata["kernelspec"] = nbformat.from_dict(KERNEL)
    return notebook
