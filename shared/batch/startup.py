"""What a process of the batch does before it imports the notebook libraries."""

from __future__ import annotations

import sys


def skip_grammars() -> None:
    """Keep jsonschema from compiling 35 grammars of internationalised addresses, which takes 1.5 seconds.

    nbformat brings them in for the ``iri`` format, which no notebook schema uses; jsonschema does without when the
    module cannot be imported. Call before the first import of nbformat, papermill, nbconvert or jsonschema.
    """
    if "jsonschema" not in sys.modules:
        sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None: "cannot be imported"
