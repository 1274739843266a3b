"""Tables of one form put under each other: the quarters of a year, the bodies that refer."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from shared.cases.model import CaseStudy
from shared.sources.large import Rows, in_memory


def put_together(case: CaseStudy, frames: Mapping[str, Rows]) -> dict[str, Rows]:
    """Return the frames with the rows of ``followed_by`` under those of each source that names some.

    Only the source's own columns are kept; case.yaml has been checked to have them in every part. Nothing is added
    up: a group that is in several parts has several rows.
    """
    made = dict(frames)
    for source_id, source in case.sources.items():
        if source.followed_by and source_id in frames:
            parts = [in_memory(frames[name], "A table put together") for name in (source_id, *source.followed_by)]
            columns = [name for name in parts[0].columns if all(name in part.columns for part in parts)]
            made[source_id] = pd.concat([part[columns] for part in parts], ignore_index=True)
    return made
