"""Counts for areas that do not nest: totals, limits and hidden areas, from a case study that ships."""

from __future__ import annotations

import hashlib
import shutil
from typing import Any

import geopandas as gpd
import pytest
import shapely

from shared.cases.model import Source
from shared.cases.project import Project
from shared.errors import CasebookError
from shared.maps.boundaries import read_boundaries
from shared.report.blocks import Section
from shared.report.study import Study, open_case
from tests.conftest import ROOT

SQUARES = {f"{x}{y}": (x * 3e4, y * 3e4, (x + 1) * 3e4, (y + 1) * 3e4) for x in range(10, 20) for y in range(10)} | {
    "sea": (8e5, 0, 9e5, 1e5)
}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Refugee casework, and squares of 30 kilometres over England."""
    root = tmp_path_factory.mktemp("squares")
    for part in ("casestudies/refugee-casework", "data/sample"):
        shutil.copytree(ROOT / part, root / part)
    shutil.copy(ROOT / "pyproject.toml", root)
    frame = gpd.GeoDataFrame({"square": list(SQUARES)}, geometry=[shapely.box(*b) for b in SQUARES.values()], crs=27700)
    data = str(frame.to_json())
    (root / "data" / "squares.geojson").write_text(data, encoding="utf-8")
    study = open_case("refugee-casework", draws=100, project=Project(root, None, root / "downloaded"))
    study.case.sources["squares"] = Source.model_validate({
        "kind": "boundaries", "title": "Squares", "path": "data/squares.geojson", "format": "geojson",
        "crs": "EPSG:27700",
        "sha256": hashlib.sha256(data.encode()).hexdigest(), "licence": "none", "attribution": "made up",
        "columns": {"square": {"role": "area"}},
    })  # fmt: skip
    return study


ARGS: dict[str, Any] = {"by": "authority_2021", "title": "Records by square", "counted": "records"}


@pytest.fixture(scope="module")
def section(study: Study) -> Section:
    return study.other_areas("records", into="squares", **ARGS)


def test_every_figure_comes_from_the_protected_counts(study: Study, section: Section) -> None:
    codes = tuple(sorted(study.frame("records")["authority_2021"].dropna().unique()))
    named = {"authority_2021": codes}
    given = study.table("records", "authority_2021", title="x", groups=named).frame.set_index("authority_2021")
    borders = read_boundaries(ROOT / "data" / "sample" / "boundaries" / "england-wales-upper-tier-2021.topo.json")
    frame = section.blocks[1].tables()[0].frame.set_index("code")
    assert "sea" not in frame.index
    seen = {"shown": 0, "hidden": 0}
    for code, row in frame.iterrows():
        square = shapely.box(*SQUARES[str(code)])
        share = {c: shape.intersection(square).area / shape.area for c, shape in borders.geometry.items()}
        touching = {c for c, s in share.items() if s >= 0.011}
        counts = {c: sum(given["count"].get(part, 0) for part in borders.parts[c]) for c in touching}
        if any(given["status"].get(part) == "hidden" for c in touching for part in borders.parts[c]):
            assert row["status"] == "hidden"
            assert row[["value", "low", "high"]].isna().all()
        elif row["status"] == "shown":
            expected = sum(n * share[c] for c, n in counts.items())
            assert row["value"] == pytest.approx(expected, rel=0.05, abs=6)
            assert row["low"] == pytest.approx(sum(n for c, n in counts.items() if share[c] > 0.99), abs=1)
            assert row["low"] <= row["value"] <= row["high"]
        seen[row["status"]] = seen.get(row["status"], 0) + 1
    assert seen["shown"] > 5
    assert seen["hidden"] >= 3


def test_what_is_certain_and_what_is_guessed_is_said(section: Section) -> None:
    words = section.blocks[0].text()
    assert "come from areas that the new borders cut" in words
    assert "shared out by area" in words
    assert "lie outside all the new areas" in words  # Wales, and the north


def test_sharing_out_by_people_says_how_far_area_would_err(study: Study) -> None:
    alike = {"boundaries": "boundaries", "reference": "census", "by": "utla21_code", "count": "born_outside_uk"}
    prose, shown = study.other_areas("records", into="squares", alike=alike, people="people born abroad", **ARGS).blocks
    assert "shared out by people born abroad" in prose.text()
    assert "half of the" in prose.text()
    assert "by_area" in shown.tables()[0].frame.columns


def test_what_does_not_meet_is_told(study: Study) -> None:
    with pytest.raises(CasebookError, match='no boundaries "thirds"'):
        study.other_areas("records", into="thirds", **ARGS)
    with pytest.raises(CasebookError, match="is an area of the boundaries"):
        study.other_areas("records", into="boundaries", boundaries="squares", **ARGS)
    with pytest.raises(CasebookError, match="alike names boundaries, reference, by, count"):
        study.other_areas("records", into="squares", alike={"reference": "census"}, **ARGS)
    alike = {"boundaries": "boundaries", "reference": "census", "by": "utla21_code", "count": "people"}
    with pytest.raises(CasebookError, match='no column "people"'):
        study.other_areas("records", into="squares", alike=alike, **ARGS)
