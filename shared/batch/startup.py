"""What a process of the batch does before it imports the notebook libraries."""

from __future__ import annotations

import importlib
import sys


def skip_grammars() -> None:
    """Keep jsonschema from compiling 35 grammars of internationalised addresses, which takes 1.5 seconds.

    nbformat brings them in for the ``iri`` format, which no notebook schema uses; jsonschema does without when the
    module cannot be imported. Call before the first import of nbformat, papermill, nbconvert or jsonschema.
    """
    if "jsonschema" not in sys.modules:
        sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None: "cannot be imported"


def skip_debugger() -> None:
    """Keep ipykernel from importing debugpy, which takes each kernel 20 MB and leaves names of its own in it.

    Nobody can reach the debugger of a kernel in a batch. A notebook may still import debugpy itself.
    """
    before = sys.modules.get("debugpy")
    sys.modules["debugpy"] = None  # type: ignore[assignment]  # "cannot be imported"
    try:
        importlib.import_module("ipykernel.debugger")
    finally:
        del sys.modules["debugpy"]
        if before is not None:
            sys.modules["debugpy"] = before
