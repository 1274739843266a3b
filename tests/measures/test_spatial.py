"""Spatial association against lattices worked out by hand and results published for data that ship with libpysal."""

from __future__ import annotations

import warnings
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import shapely

from shared.errors import MeasureError
from shared.measures.spatial import Kind, spatial_association
from shared.measures.spatial_neighbours import Neighbours, neighbours


def lattice(side: int, *, apart: float = 0.0) -> dict[str, shapely.Geometry]:
    """Squares of one unit, named by row and column; ``apart`` moves the last one away."""
    shapes = {f"{r}{c}": shapely.box(c, r, c + 1, r + 1) for r in range(side) for c in range(side)}
    if apart:
        shapes["away"] = shapely.box(side + apart, side - 0.5, side + apart + 1, side + 0.5)
    return shapes


def test_queen_neighbours_of_a_lattice_share_an_edge_or_a_corner() -> None:
    found = neighbours(lattice(4))
    assert found.beside["00"] == ("01", "10", "11")
    assert set(found.beside["11"]) == {"00", "01", "02", "10", "12", "20", "21", "22"}
    # 4 corners with 3, 8 on the edge with 5, 4 inside with 8: 84 ends of 42 pairs
    assert found.pairs == 42
    assert found.mean == pytest.approx(84 / 16)
    assert found.joined == {}


def test_an_island_is_joined_to_the_nearest_or_left_apart_and_said() -> None:
    shapes = lattice(3, apart=5)
    nearest = neighbours(shapes)
    assert nearest.joined == {"away": "22"}
    assert nearest.beside["away"] == ("22",)
    assert "away" in nearest.beside["22"]
    apart = neighbours(shapes, islands="apart")
    assert apart.alone == ("away",)
    assert apart.joined == {}


def test_who_has_no_figure_is_nobodys_neighbour() -> None:
    found = neighbours(lattice(3)).among(["00", "01", "22"])
    assert found.beside == {"00": ("01",), "01": ("00",), "22": ()}


def test_halves_of_a_lattice_by_hand() -> None:
    # left half 1, right half 0. An outer column has only its like beside it: +1. In an inner column a corner row has
    # 3 of its kind in 5, the others 5 in 8: 1/5 and 1/4. I = (4 + 2/5 + 2/4) / 8 = 0.6125
    shapes = lattice(4)
    values = {code: float(code[1] in "01") for code in shapes}
    found = spatial_association(values, neighbours(shapes), permutations=999)
    assert found.moran == pytest.approx(0.6125)
    assert found.expected == pytest.approx(-1 / 15)
    assert found.clear
    assert found.areas == 16


def test_a_chessboard_by_hand() -> None:
    # corners: 2 of 3 unlike, -1/3; edges: 3 of 5, -1/5; inside: 4 of 8, 0. I = (4 * -1/3 + 8 * -1/5) / 16
    shapes = lattice(4)
    values = {code: float((int(code[0]) + int(code[1])) % 2) for code in shapes}
    found = spatial_association(values, neighbours(shapes), permutations=999)
    assert found.moran == pytest.approx((-4 / 3 - 8 / 5) / 16)


@pytest.fixture(scope="module")
def carolina() -> tuple[Neighbours, dict[str, dict[str, float]]]:
    """Sudden infant deaths in the 100 counties of North Carolina, as ships with libpysal."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import libpysal

        with closing(libpysal.io.open(libpysal.examples.get_path("sids2.gal"))) as file:
            links = file.read()
        with closing(libpysal.io.open(libpysal.examples.get_path("sids2.dbf"))) as table:
            columns = {name: [float(v) for v in table.by_col(name)] for name in ("SIDR74", "SID79", "BIR79")}
        beside = {str(code): tuple(map(str, links.neighbors[code])) for code in links.id_order}
    return Neighbours(beside, {}), {n: dict(zip(beside, column, strict=True)) for n, column in columns.items()}


def test_published_morans_i_of_carolina(carolina: tuple[Neighbours, dict[str, dict[str, float]]]) -> None:
    # OpenGeoda, as the documentation of PySAL gives it: I of the rate of 1974 is 0.248
    beside, columns = carolina
    found = spatial_association(columns["SIDR74"], beside, permutations=999)
    assert round(found.moran, 3) == 0.248
    assert found.p <= 0.01


def test_published_morans_i_of_rates_in_standard_errors(
    carolina: tuple[Neighbours, dict[str, dict[str, float]]],
) -> None:
    # documentation of PySAL, Moran_Rate after Assunção and Reis 1999, deaths and births of 1979: 0.1662
    beside, columns = carolina
    found = spatial_association(columns["SID79"], beside, population=columns["BIR79"], permutations=999)
    assert found.moran == pytest.approx(0.16622343552567395)


def planted(side: int = 9, seed: int = 5) -> tuple[dict[str, float], Neighbours]:
    """Noise, with a block of 3 by 3 high areas in one corner and of 3 by 3 low ones in the other."""
    shapes = lattice(side)
    noise = np.random.default_rng(seed).normal(0, 1, len(shapes))
    high, low = {"0", "1", "2"}, {str(side - n) for n in (1, 2, 3)}
    values = {
        code: n + (5 if {*code} <= high else -5 if {*code} <= low else 0)
        for (code, n) in zip(shapes, noise, strict=True)
    }
    return values, neighbours(shapes)


def test_planted_clusters_are_found_where_they_are() -> None:
    values, beside = planted()
    found = spatial_association(values, beside, permutations=4999)
    assert {"00", "01", "10", "11"} <= set(found.of(Kind.HIGH_HIGH))
    assert {"88", "87", "78", "77"} <= set(found.of(Kind.LOW_LOW))
    assert all(int(c[0]) <= 3 and int(c[1]) <= 3 for c in found.of(Kind.HIGH_HIGH))
    assert "44" in found.of(Kind.CHANCE)


def test_an_area_unlike_all_around_it_is_told_apart() -> None:
    values, beside = planted()
    values["11"] = -6.0
    found = spatial_association(values, beside, permutations=9999)
    assert found.local["11"][0] is Kind.LOW_HIGH


def test_noise_alone_makes_no_clusters_though_single_areas_pass() -> None:
    shapes = lattice(9)
    numbers = np.random.default_rng(0).normal(size=81)
    found = spatial_association(dict(zip(shapes, numbers, strict=True)), neighbours(shapes), permutations=4999)
    assert sum(p <= 0.05 for _, p, _ in found.local.values()) >= 5  # what would be called clusters without control
    assert len(found.of(Kind.CHANCE)) == 81
    assert not found.clear


def test_adjusted_p_is_benjamini_and_hochbergs_by_hand() -> None:
    values, beside = planted()
    found = spatial_association(values, beside, permutations=999)
    p = sorted(one for _, one, _ in found.local.values())
    by_hand = [min(p[k] * len(p) / (k + 1) for k in range(n, len(p))) for n in range(len(p))]
    assert sorted(a for _, _, a in found.local.values()) == pytest.approx(by_hand)
    assert {k for k, _, a in found.local.values() if a > 0.05} == {Kind.CHANCE}


def test_the_same_seed_gives_the_same_answer_and_leaves_numpys_numbers_alone() -> None:
    values, beside = planted()
    np.random.seed(11)
    before = np.random.get_state()[1].tolist()
    one = spatial_association(values, beside, permutations=499, seed=4)
    assert np.random.get_state()[1].tolist() == before
    assert one == spatial_association(values, beside, permutations=499, seed=4)
    assert one.local != spatial_association(values, beside, permutations=499, seed=5).local
    assert one == spatial_association(values, beside, permutations=499, seed=2**32 + 4)


def test_one_enormous_figure_does_not_decide_when_ranked() -> None:
    values, beside = planted()
    values["45"] = 1e6
    size = spatial_association(values, beside, permutations=999)
    order = spatial_association(values, beside, permutations=999, ranked=True)
    assert not size.clear
    assert order.clear


def test_an_area_whose_neighbours_have_no_figure_is_not_tested() -> None:
    values, beside = planted()
    for code in ("01", "10", "11"):
        del values[code]
    found = spatial_association(values, beside, permutations=99)
    assert found.of(Kind.UNTESTED) == ("00",)
    assert found.areas == 81 - 4
    assert "11" not in found.local


@pytest.mark.parametrize(
    ("values", "population", "said"),
    [
        ({f"{n}{n}": 1.0 for n in range(3)}, None, "at least 10 areas"),
        (dict.fromkeys(lattice(4), 2.0), None, "no clusters"),
        ({c: float("nan") if c == "00" else float(c) for c in lattice(4)}, None, "figure for every area"),
        ({c: float(c) for c in lattice(4)}, dict.fromkeys(lattice(4), 0.0), "people in every area"),
    ],
)
def test_what_cannot_be_tested_is_refused(
    values: dict[str, float], population: dict[str, float] | None, said: str
) -> None:
    with pytest.raises(MeasureError, match=said):
        spatial_association(values, neighbours(lattice(4)), population=population, permutations=99)


def test_shapes_that_are_not_there_have_no_neighbours() -> None:
    with pytest.raises(MeasureError, match="without a shape"):
        neighbours({"a": shapely.box(0, 0, 1, 1), "b": shapely.Polygon()})
    with pytest.raises(MeasureError, match="at least two"):
        neighbours({"a": shapely.box(0, 0, 1, 1)})


def test_the_spatial_libraries_are_loaded_only_when_asked_for() -> None:
    import subprocess
    import sys

    code = "import sys, shared.report.study, shared.measures.spatial, shared.report.sections.clusters as c; " \
        "print([m for m in ('esda', 'libpysal', 'sklearn') if m in sys.modules])"  # fmt: skip
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True)
    assert done.stdout.strip() == "[]"
