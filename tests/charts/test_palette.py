"""Colours: contrast after WCAG 2.2, and distance for the common colour-vision deficiencies (Machado et al. 2009)."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from shared.charts.bars import DARK, RESTS
from shared.charts.theme import INK, SERIES, SOFT
from shared.maps.classes import BLUES, RUST_TO_BLUE

SEEN = {
    "everybody": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


def linear(colour: str) -> np.ndarray:
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    low, high = sorted(float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other))
    return (high + 0.05) / (low + 0.05)


def distance(one: str, other: str, seen: str) -> float:
    """CIE 1976 distance of two colours as seen; about 2 is just noticeable side by side."""

    def lab(colour: str) -> np.ndarray:
        xyz = TO_XYZ @ np.clip(np.array(SEEN[seen]) @ linear(colour), 0, 1) / [0.95047, 1, 1.08883]
        f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
        return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])

    return float(np.linalg.norm(lab(one) - lab(other)))


@pytest.mark.parametrize("colour", SERIES)
def test_marks_stand_out_from_the_page(colour: str) -> None:
    assert contrast(colour, "#ffffff") >= 3


@pytest.mark.parametrize("colour", [INK, SOFT])
def test_words_can_be_read(colour: str) -> None:
    assert contrast(colour, "#ffffff") >= 4.5


@pytest.mark.parametrize("colour", [*SERIES, *RESTS])
def test_figures_written_on_a_colour_can_be_read(colour: str) -> None:
    assert contrast(colour, "#ffffff" if colour in DARK else INK) >= 4.5


@pytest.mark.parametrize("seen", SEEN)
def test_groups_can_be_told_apart(seen: str) -> None:
    assert min(distance(a, b, seen) for a, b in itertools.combinations(SERIES, 2)) >= 10


@pytest.mark.parametrize("seen", SEEN)
@pytest.mark.parametrize("classes", [BLUES, RUST_TO_BLUE])
def test_neighbouring_classes_of_a_map_can_be_told_apart(classes: tuple[str, ...], seen: str) -> None:
    assert min(distance(a, b, seen) for a, b in itertools.pairwise(classes)) >= 10
