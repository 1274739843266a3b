"""Tables of one form put under each other: the quarters of a year, the bodies that refer."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from shared.cases.model import CaseStudy


def put_together(case: CaseStudy, frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the frames with the rows of ``followed_by`` under those of each source that names some.

    Only the source's own columns are kept; case.yaml has been checked to have them in every part. Nothing is added
    up: a group that is in several parts has several rows.
    """
    made = dict(frames)
    for source_id, source in case.sources.items():
        if source.followed_by and source_id in frames:
            parts = [frames[name] for name in (source_id, *source.followed_by)]
            columns = [name for name in frames[source_id].columns if all(name in part.columns for part in parts)]
            made[source_id] = pd.concat([part[columns] for part in parts], ignore_index=True)
    return made
