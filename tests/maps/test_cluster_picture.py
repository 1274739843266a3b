"""The picture of docs/spatial.md is what a map of clusters looks like now; made-up figures with two planted clusters.

To renew it after a change that is meant, and then look at it:
CASEBOOK_RENEW_PICTURES=1 .venv/bin/pytest -n 0 tests/maps/test_cluster_picture.py
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

from shared.maps.clusters import cluster_map
from shared.measures.spatial import spatial_association
from shared.measures.spatial_neighbours import neighbours
from shared.protect import public_table
from shared.report.sections.clusters import WORDS
from tests.conftest import ROOT
from tests.maps.examples import england_wales
from tests.maps.test_pictures import SHARE, painted, save, unlike

PICTURE = ROOT / "docs" / "images" / "spatial" / "clusters.png"


def example() -> Any:
    """Chance everywhere, more in the South West, less around Newcastle; every thirteenth area hidden."""
    places = england_wales()
    rng = np.random.default_rng(4)
    values = {}
    for n, (code, shape) in enumerate(places.geometry.items()):
        x, y = shape.centroid.x, shape.centroid.y
        plus = 5 * (np.hypot(x - 300_000, y - 120_000) < 130_000) - 5 * (np.hypot(x - 430_000, y - 570_000) < 90_000)
        if n % 13:
            values[code] = float(10 + plus + rng.normal(0, 2))
    found = spatial_association(values, neighbours(places.geometry), permutations=4999)
    rows = [
        (name, code, values.get(code), WORDS[found.local[code][0]] if code in values else "",
         "shown" if code in values else "hidden")
        for code, name in places.names.items()
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["name", "code", "rate", "cluster", "status"])
    table = public_table(
        frame, title="Clusters", source_line="made up", roles={"code": "code"},
        labels={"cluster": "Compared with neighbours", "rate": "Reports per 1,000 residents"},
    )  # fmt: skip
    london = [code for code in places.names if code.startswith("E09")]
    return cluster_map(table, places, description="Two clusters.", inset=london, inset_name="London")


def test_the_picture_is_what_a_map_of_clusters_looks_like() -> None:
    now = painted(example())
    if os.environ.get("CASEBOOK_RENEW_PICTURES"):
        save(now, PICTURE)
    assert PICTURE.is_file(), __doc__
    share = unlike(now, Image.open(PICTURE).convert("RGB"))
    assert share < SHARE, f"The map differs in {share:.1%} of its picture. {__doc__}"
