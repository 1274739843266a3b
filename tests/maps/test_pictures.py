"""The pictures of docs/maps.md are what the maps look like now: each kind is drawn and compared with its picture.

To renew the pictures after a change that is meant, and then look at each of them:
CASEBOOK_RENEW_PICTURES=1 .venv/bin/pytest -n 0 tests/maps/test_pictures.py
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import vl_convert
from PIL import Image

from shared.charts.theme import spec_of
from tests.conftest import ROOT
from tests.maps.examples import KINDS

PICTURES = ROOT / "docs" / "images" / "maps"
DESK = 820
"""Pixels of a report's column on a desk."""

FAR, SHARE = 48, 0.02
"""How far a dot of a picture at a quarter of its size may be from what it was, and the share that may be further:
letters are drawn a little differently from machine to machine, areas are not."""


def room_for(spec: dict[str, Any], width: int) -> int:
    """The height that a report's page gives a map, as shared.batch.render works it out."""
    room = spec["usermeta"].get("room")
    if room is None:
        return int(spec["height"])
    m = room["narrow" if width < room["below"] else "wide"]
    return round(max(m["least"], min(m["most"], (width - m["side"]) * m["aspect"] + m["plus"])))


def painted(chart: Any, width: int = DESK) -> Image.Image:
    spec = spec_of(chart)
    sized = spec | {"width": width - 12, "height": room_for(spec, width)}
    return Image.open(io.BytesIO(vl_convert.vegalite_to_png(sized, vl_version="6.4"))).convert("RGB")


def unlike(one: Image.Image, other: Image.Image) -> float:
    """The share of dots, at a quarter of the size, that differ by more than letters would."""
    if one.size != other.size:
        return 1.0
    small = [np.asarray(i.resize((i.width // 4, i.height // 4), Image.Resampling.BOX), dtype=int) for i in (one, other)]
    return float((np.abs(small[0] - small[1]).max(axis=2) > FAR).mean())


@pytest.mark.parametrize("kind", KINDS)
def test_the_picture_is_what_the_map_looks_like(kind: str) -> None:
    now, path = painted(KINDS[kind]()[0]), PICTURES / f"{kind}.png"
    if os.environ.get("CASEBOOK_RENEW_PICTURES"):
        save(now, path)
    assert path.is_file(), f"There is no picture of {kind}. {__doc__}"
    share = unlike(now, Image.open(path).convert("RGB"))
    assert share < SHARE, f"The map of kind {kind} differs in {share:.1%} of its picture {path.name}. {__doc__}"


def test_a_map_with_other_figures_is_told_apart() -> None:
    picture = Image.open(PICTURES / "ratio.png").convert("RGB")
    turned = np.asarray(picture).copy()
    half = turned[:, : picture.width // 2]
    turned[:, : picture.width // 2] = half[:, ::-1]
    assert unlike(picture, Image.fromarray(turned)) > 3 * SHARE
    assert unlike(picture, picture.resize((picture.width - 40, picture.height))) == 1.0


def test_the_pictures_are_small() -> None:
    assert sum(path.stat().st_size for path in PICTURES.glob("*.png")) < 400_000
    assert {path.stem for path in PICTURES.glob("*.png")} == set(KINDS)


def save(picture: Image.Image, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.quantize(64, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(path, optimize=True)
