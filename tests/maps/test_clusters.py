"""The map and the section of clusters: what is drawn and said, nothing of hidden areas, clear words on faults."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from shared.cases.project import Project
from shared.charts.theme import spec_of
from shared.errors import CasebookError, DataError, ProtectionError
from shared.maps.boundaries import Boundaries
from shared.maps.clusters import KINDS, cluster_map
from shared.maps.shipped import FOLDER, SHIPPED, unshipped
from shared.protect import public_table
from shared.report.blocks import Section
from shared.report.figure import Figure
from shared.report.study import Study, open_case
from tests.conftest import ROOT


def table(rows: list[tuple[Any, ...]]) -> Any:
    frame = pd.DataFrame(rows, columns=["name", "code", "rate", "cluster", "status"])
    frame["rate"] = frame["rate"].astype("float64")
    return public_table(frame, title="Clusters", source_line="made up", roles={"code": "code"})


ROWS = [
    ("Ayton", "A", 5.0, "Many, beside many", "shown"),
    ("Beeford", "B", 0.5, "Could be chance", "shown"),
    ("Ceaham", "C", None, "", "hidden"),
    ("Deal and Ely", "D+E", 2.0, "Not tested", "shown"),
]


def values(spec: Any) -> list[Any]:
    """Every inline value of a specification, wherever it stands."""
    if isinstance(spec, dict):
        own = [found for found in spec.values() if isinstance(found, list)]
        return own + [v for part in spec.values() for v in values(part)]
    return [v for part in spec for v in values(part)] if isinstance(spec, list) else []


def test_each_area_has_the_colour_of_its_kind_and_hidden_ones_no_figure(small: Boundaries) -> None:
    spec = spec_of(cluster_map(table(ROWS), small, description="Two clusters."))
    rows = {row["code"]: row for rows in values(spec) for row in rows if isinstance(row, dict) and "code" in row}
    assert rows["A"]["class"] == "Many, beside many"
    assert rows["C"]["class"] == "Hidden to protect people"
    assert rows["C"]["value"] is None
    key = {row["words"]: row for rows in values(spec) for row in rows if isinstance(row, dict) and "words" in row}
    assert key["Many, beside many"]["fill"] == KINDS["Many, beside many"]
    assert key["Hidden to protect people"]["hatched"] == "hidden"
    assert len(set(KINDS.values())) == len(KINDS)


def test_what_is_no_table_of_clusters_is_refused(small: Boundaries) -> None:
    with pytest.raises(ProtectionError):
        cluster_map(pd.DataFrame(ROWS), small, description="x")
    with pytest.raises(DataError, match="no colour for: Warm"):
        cluster_map(table([("Ayton", "A", 1.0, "Warm", "shown")]), small, description="x")
    with pytest.raises(DataError, match="more than one row"):
        cluster_map(table([ROWS[0], ROWS[0]]), small, description="x")


@pytest.fixture(scope="module")
def study() -> Study:
    return open_case("refugee-casework", draws=100, project=Project(ROOT, None, ROOT / "data" / "downloaded"))


ARGS = {
    "by": "authority_2021", "reference": "census", "reference_by": "utla21_code", "reference_count": "born_outside_uk",
    "title": "Where people come for help", "counted": "people helped", "people": "residents born abroad",
}  # fmt: skip


@pytest.fixture(scope="module")
def section(study: Study) -> Section:
    return study.clusters("records", permutations=999, **ARGS)


def test_the_section_says_pattern_neighbours_and_method(section: Section) -> None:
    prose, figure = section.blocks
    assert isinstance(figure, Figure)
    assert "Moran's I" in prose.text()
    for words in (
        "queen contiguity",
        "joined to the nearest: ",
        "999 times",
        "Benjamini and Hochberg",
        "where, not why",
    ):
        assert words in figure.note
    assert "Isle of Wight to Hampshire" in figure.note


def test_hidden_areas_have_no_figure_no_kind_and_are_nobodys_neighbour(study: Study, section: Section) -> None:
    figure = section.blocks[-1]
    assert isinstance(figure, Figure)
    frame = figure.table.frame.set_index("code")
    hidden = frame[frame["status"] == "hidden"]
    assert len(hidden) > 0
    assert hidden[["rate", "p", "adjusted"]].isna().all().all()
    assert (hidden["cluster"] == "").all()
    # an area's mean of its neighbours is that of the shown ones, as a reader could work it out from the table
    from shared.measures.spatial_neighbours import neighbours
    from shared.report.sections.coverage import _borders

    assert study.case.area is not None
    borders = _borders(study, study.case.area)
    assert borders is not None
    beside = neighbours(borders.geometry).beside
    shown = frame[frame["rate"].notna()]
    for code in shown.index[:40]:
        others = [o for o in beside[code] if o in shown.index]
        if others:
            assert frame.loc[code, "around"] == pytest.approx(shown.loc[others, "rate"].mean(), abs=0.011)
        else:
            assert frame.loc[code, "cluster"] == "Not tested"


def test_the_same_report_twice_is_the_same(study: Study, section: Section) -> None:
    again = study.clusters("records", permutations=999, **ARGS)
    assert again.blocks[0] == section.blocks[0]
    assert spec_of(again.blocks[-1].chart) == spec_of(section.blocks[-1].chart)  # type: ignore[attr-defined]


def test_codes_that_are_not_on_the_map_are_told(study: Study) -> None:
    with pytest.raises(CasebookError, match=r"No value of .utla21_name. in census is an area of the boundaries"):
        study.clusters("records", **ARGS | {"reference_by": "utla21_name"})
    with pytest.raises(CasebookError, match='no column "utla"'):
        study.clusters("records", **ARGS | {"reference_by": "utla"})
    with pytest.raises(DataError, match='no boundaries "counties"'):
        study.clusters("records", boundaries="counties", **ARGS)


def test_too_few_areas_are_said_and_not_drawn(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.report.sections.clusters.FEWEST", 500)
    section = study.clusters("records", **ARGS)
    assert len(section.blocks) == 1
    assert "Too few areas" in section.blocks[0].text()


def test_what_ships_is_there_and_what_does_not_is_said() -> None:
    for files in SHIPPED.values():
        assert all((ROOT / FOLDER / name).is_file() for name in files)
    assert "No boundaries are shipped for the counties of Kenya" in unshipped("kenya-county")
    assert "districts of Nepal" in unshipped("nepal-district")
    assert "india-states-2011.topo.json" in unshipped("india-state")
    assert "every year" in unshipped("gss-lower-tier")
    assert unshipped("").startswith("No boundaries are shipped: declare")
