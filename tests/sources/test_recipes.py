"""Recipes for public interfaces, against answers in the form of Nomis and of the ONS portal, replayed on this machine.

The figures are of three authorities (Census 2021, table TS001 and TS021 in the shipped tables); shapes are squares.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import ValidationError
from urllib3.util import Retry

from shared.cases.load import load_case
from shared.cases.model import Source
from shared.cases.project import Project
from shared.cases.recipes import BoundaryLayer, NomisTable
from shared.errors import DataError, DataMissing
from shared.sources import ask as ask_module
from shared.sources.ask import ask
from shared.sources.locate import Place, locate
from shared.sources.prepare import prepare
from shared.sources.pull import pull
from tests.cases.example import SLUG, definition, make_project, sha256, write_case

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]

AREAS = {
    "E06000001": ("Hartlepool", 92_338),
    "E06000002": ("Middlesbrough", 143_926),
    "W06000015": ("Cardiff", 362_310),
}
NOMIS = NomisTable.model_validate(
    {"service": "nomis", "table": "NM_2021_1", "geography": "TYPE154", "dimension": "C2021_RESTYPE_3",
     "cells": {"residents": 0, "households": 1}}
)  # fmt: skip
LAYER = BoundaryLayer.model_validate(
    {"service": "ons-geography", "layer": "Local_Authority_Districts_December_2021_Boundaries_UK_BUC", "vintage": 2021,
     "code": "LAD21CD", "name": "LAD21NM", "where": "LAD21CD LIKE 'E%' OR LAD21CD LIKE 'W%'"}
)  # fmt: skip


class Handler(BaseHTTPRequestHandler):
    """Answers as the two services do; ``fault`` spoils one thing."""

    fault = ""
    asked: ClassVar[list[dict[str, str]]] = []
    busy = 0

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        kind = type(self)
        kind.asked.append({"path": address.path, **query})
        if kind.busy > 0:
            kind.busy -= 1
            self.answer(b"Too many requests", 429, {"Retry-After": "0"})
        elif kind.fault == "429":
            self.answer(b"Too many requests", 429, {"Retry-After": "0"})
        elif kind.fault == "500":
            self.answer(b"<html>Server Error</html>", 500)
        elif address.path.endswith(".data.csv"):
            self.answer(self.nomis(query))
        else:
            self.answer(json.dumps(self.arcgis(query)).encode())

    def nomis(self, query: dict[str, str]) -> bytes:
        fault = type(self).fault
        if fault == "empty":
            return b""
        rows = []
        for code, (name, residents) in AREAS.items():
            for cell in query["c2021_restype_3"].split(","):
                value = residents if cell == "0" else residents - 1_000
                rows.append([code, f'"{name}"', cell, "" if fault == "gap" else str(value)])
        if fault == "twice":
            rows[1] = rows[0]
        offset, limit = int(query["RecordOffset"]), int(query["RecordLimit"])
        page = [] if fault == "short" and offset else rows[offset : offset + limit]
        head = [name.upper() for name in query["select"].split(",")]
        if fault == "columns":
            head[2] = "C2021_RESTYPE_4"
        lines = [",".join([*row, str(offset + n), str(len(rows))]) for n, row in enumerate(page)]
        return "\r\n".join([",".join(f'"{name}"' for name in head), *lines, ""]).encode()

    def arcgis(self, query: dict[str, str]) -> dict[str, Any]:
        fault = type(self).fault
        if fault == "refused":
            return {"error": {"code": 400, "message": "Invalid URL", "details": ["Invalid URL"]}}
        if query.get("returnCountOnly") == "true":
            return {"count": len(AREAS)}
        offset, limit = int(query["resultOffset"]), int(query["resultRecordCount"])
        codes = sorted(AREAS, reverse=fault == "order")
        if fault == "twice":
            codes[1] = codes[0]
        page = [] if fault == "short" and offset else codes[offset : offset + limit]
        square = [[[0, 0], [0, 1], [1, 1], [1, 0], [0, 0]]]
        features = [
            {"type": "Feature", "id": 1 + offset + n, "geometry": {"type": "Polygon", "coordinates": square},
             "properties": {"LAD22CD" if fault == "columns" else "LAD21CD": code, "LAD21NM": AREAS[code][0]}}
            for n, code in enumerate(page)
        ]  # fmt: skip
        more = offset + limit < len(codes)
        return {"type": "FeatureCollection", "properties": {"exceededTransferLimit": more}, "features": features}

    def answer(self, body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> None:
        cut = type(self).fault == "cut"
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut else body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Handler]]:
    monkeypatch.setenv("NO_PROXY", "*")
    Handler.fault, Handler.asked, Handler.busy = "", [], 0
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        for name in ("CASEBOOK_NOMIS", "CASEBOOK_ONS_GEOGRAPHY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{running.server_port}/here/")
        monkeypatch.setitem(ask_module.PAGE, "nomis", 4)
        monkeypatch.setitem(ask_module.PAGE, "ons-geography", 2)
        monkeypatch.setattr(ask_module, "PAUSE", Retry(2, status_forcelist=(429, 503), raise_on_status=False))
        yield Handler
        running.shutdown()
        thread.join()


TABLE = b"code,name,residents,households\nE06000001,Hartlepool,92338,91338\nE06000002,Middlesbrough,143926,142926\nW06000015,Cardiff,362310,361310\n"  # noqa: E501


def test_a_table_comes_page_by_page_and_is_one_row_an_area(service: type[Handler]) -> None:
    assert ask(NOMIS) == TABLE
    assert [(one["path"], one["RecordOffset"], one["RecordLimit"]) for one in service.asked] == [
        ("/here/dataset/NM_2021_1.data.csv", "0", "4"),
        ("/here/dataset/NM_2021_1.data.csv", "4", "4"),
    ]
    first = service.asked[0]
    assert (first["geography"], first["c2021_restype_3"], first["measures"]) == ("TYPE154", "0,1", "20100")


def test_a_layer_comes_page_by_page_and_in_a_fixed_order(service: type[Handler]) -> None:
    kept = ask(LAYER)
    assert [one.get("resultOffset") for one in service.asked] == [None, "0", "2"]
    assert {one["where"] for one in service.asked} == {"LAD21CD LIKE 'E%' OR LAD21CD LIKE 'W%'"}
    assert service.asked[1]["outSR"] == "4326"
    features = json.loads(kept)["features"]
    assert [one["properties"] for one in features] == [{"LAD21CD": c, "LAD21NM": AREAS[c][0]} for c in sorted(AREAS)]
    service.fault = "order"
    assert ask(LAYER) == kept, "the same areas in another order are the same file"


@pytest.mark.parametrize(
    ("recipe", "fault", "expected"),
    [
        (NOMIS, "500", "answered with 500"),
        (NOMIS, "429", "too many questions from here \\(429\\). It asks for 0 seconds"),
        (NOMIS, "cut", "not complete and is not kept: the connection broke off"),
        (NOMIS, "short", "4 of 6 records came"),
        (NOMIS, "twice", "a cell came twice"),
        (NOMIS, "gap", 'a figure of column "residents" is missing'),
        (NOMIS, "columns", "no column C2021_RESTYPE_3; its columns are: GEOGRAPHY_CODE"),
        (NOMIS, "empty", "no column GEOGRAPHY_CODE.*its columns are: none"),
        (LAYER, "500", "answered with 500"),
        (LAYER, "cut", "broke off"),
        (LAYER, "short", "2 of 3 areas came"),
        (LAYER, "twice", "3 areas with 2 codes came"),
        (LAYER, "columns", "no column LAD21CD; its columns are: LAD22CD, LAD21NM"),
        (LAYER, "refused", "refused the question \\(400: Invalid URL\\)"),
    ],
)
def test_an_answer_that_is_not_whole_is_not_kept(
    service: type[Handler], recipe: NomisTable | BoundaryLayer, fault: str, expected: str
) -> None:
    service.fault = fault
    with pytest.raises(DataError, match=expected):
        ask(recipe)


def test_a_busy_server_is_asked_again_as_often_as_it_is_worth(service: type[Handler]) -> None:
    service.busy = 2
    assert ask(NOMIS) == TABLE
    assert len(service.asked) == 4
    service.busy = 99
    with pytest.raises(DataError, match="429"):
        ask(NOMIS)


def test_no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEBOOK_NOMIS", "http://127.0.0.1:9")
    monkeypatch.setattr(ask_module, "PAUSE", Retry(0))
    with pytest.raises(DataError, match=r"no connection to the server.*CASEBOOK_MIRROR"):
        ask(NOMIS)


def with_recipe(folder: Path) -> Project:
    project = make_project(folder)
    data = definition()
    census = data["sources"]["census"]
    del census["path"]
    census["recipe"] = NOMIS.model_dump(mode="json")
    census["columns"] = {"code": {"role": "area"}, "name": {"role": "other"},
                         "residents": {"role": "count", "type": "integer"},
                         "households": {"role": "count", "type": "integer"}}  # fmt: skip
    census["checks"] = {"unique": ["code"]}
    census["sha256"] = "pulled"
    data["margins"], data["totals"] = [], []
    write_case(project, data)
    return project


def test_the_first_pull_writes_the_hash_and_later_pulls_are_held_to_it(
    service: type[Handler], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = with_recipe(tmp_path)
    path = project.casestudies / SLUG / "case.yaml"
    before = path.read_text()
    case = load_case(project, SLUG)
    found = locate(project, "census", case.sources["census"])
    assert (found.place, found.problem) == (Place.MISSING, "It has not been asked for yet: casebook data pull.")
    with pytest.raises(DataMissing, match="has not been asked for yet"):
        prepare(project, case)
    assert service.asked == [], "nothing is asked unless somebody says so"

    assert [one.size for one in pull(project, [case], lambda line: None)] == [len(TABLE)]
    assert path.read_text() == before.replace("sha256: pulled", f"sha256: {sha256(TABLE)}")
    case = load_case(project, SLUG)
    assert locate(project, "census", case.sources["census"]).place is Place.DOWNLOADED
    assert list(prepare(project, case).frames["census"]["residents"]) == [92_338, 143_926, 362_310]
    assert pull(project, [case], lambda line: None) == []

    kept = locate(project, "census", case.sources["census"]).path
    assert kept is not None
    kept.unlink()
    monkeypatch.setitem(AREAS, "E06000001", ("Hartlepool", 92_339))
    with pytest.raises(DataMissing, match=r"otherwise than at the first pull.*sha256: pulled"):
        pull(project, [case], lambda line: None)
    assert not kept.exists()


def test_a_mirror_serves_a_recipe_too(tmp_path: Path) -> None:
    mirror = tmp_path / "mirror"
    source = Source.model_validate(
        {"kind": "reference", "title": "Census", "recipe": NOMIS, "format": "csv", "sha256": sha256(TABLE),
         "licence": "OGL-UK-3.0", "attribution": "ONS"}
    )  # fmt: skip
    (mirror / "www.nomisweb.co.uk").mkdir(parents=True)
    (mirror / NOMIS.file_name).write_bytes(TABLE)
    project = make_project(tmp_path / "p", mirror=mirror)
    assert locate(project, "census", source).place is Place.MIRROR
    assert str(source.url).startswith("https://www.nomisweb.co.uk/api/v01/dataset/NM_2021_1.data.csv?date=latest&")
    assert Source.model_validate(source.model_dump()).url == source.url


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"format": "geojson"}, "is kept as csv"),
        ({"path": "data/sample/x.csv"}, 'or a "recipe"'),
        ({"url": "https://example.org/x.csv"}, 'or a "recipe"'),
        ({"recipe": None, "path": "data/sample/x.csv", "sha256": "pulled"}, "belongs to sources with a recipe"),
        ({"recipe": {**NOMIS.model_dump(), "cells": {"name": 0}}}, '"name"'),
        ({"recipe": {**NOMIS.model_dump(), "cells": {"a": 0, "b": 0}}}, "two cells ask for the same value"),
        ({"recipe": {**NOMIS.model_dump(), "table": "../etc"}}, "table"),
        ({"recipe": {**LAYER.model_dump(), "code": "LAD22CD"}, "format": "geojson"}, "not a column of 2021"),
    ],
)
def test_a_recipe_that_makes_no_sense(change: dict[str, Any], expected: str) -> None:
    whole = {"kind": "reference", "title": "x", "recipe": NOMIS.model_dump(), "format": "csv", "sha256": "0" * 64,
             "licence": "x", "attribution": "x"}  # fmt: skip
    with pytest.raises(ValidationError, match=expected):
        Source.model_validate(whole | change)
