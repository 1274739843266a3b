"""The readers fed with what hypothesis makes up: read, or refused in clear words; always the same examples."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.cases.document import read_document
from shared.cases.model import Source
from shared.errors import CasebookError, Fault, printable
from shared.sources.formats import parse, unzipped
from shared.sources.profile.unknown import read_unknown
from shared.sources.shapes import parse_shapes
from tests.hostile.maps import SQUARE, collection, feature, topology
from tests.sources.made import ods, xlsx, zipped

EXAMPLES = settings(
    max_examples=120, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)  # fmt: skip
SIGNS = st.text(alphabet=st.sampled_from(list("a,;\t|\"'\n\r=+-@<&\x00\x1b\ufeff\u202e\ud7ffé0 9{}[]:#")), max_size=60)
VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | SIGNS,
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(SIGNS, inside, max_size=4), max_leaves=12,
)  # fmt: skip


def source(format: str, kind: str = "records", **more: Any) -> Source:
    given = {"kind": kind, "title": "t", "path": "f", "sha256": "0" * 64, "licence": "l", "attribution": "a"}
    return Source.model_validate(given | {"format": format} | more)


def tried(action: Any) -> Any:
    """Do it; a refusal must have words that can be printed and be about something."""
    try:
        return action()
    except CasebookError as error:
        refusal = error
    assert str(refusal).replace("\n", " ").isprintable()
    assert all(fault.problem and fault.where for fault in refusal.faults)
    return None


@EXAMPLES
@given(st.one_of(st.binary(max_size=200), SIGNS.map(str.encode), SIGNS.map(lambda t: t.encode("utf-16"))))
def test_any_bytes_as_delimited_text(data: bytes) -> None:
    tried(lambda: parse(data, source("csv"), "f"))
    tried(lambda: read_unknown(data, "f", {}))


@EXAMPLES
@given(
    st.lists(st.lists(SIGNS.map(lambda t: t.replace('"', "").replace("\x00", "")), min_size=2, max_size=2), min_size=2)
)
def test_every_cell_that_was_quoted_soundly_comes_out(rows: list[list[str]]) -> None:
    """Nothing lost: what a sound writer wrote stands in the table, sign by sign."""
    text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows) + "\n"
    table = tried(lambda: parse(text.encode(), source("csv", encoding="utf-8", separator=","), "f"))
    if table is not None:
        wanted = [row for row in rows if any(row)][1:]
        assert table.frame.fillna("").to_numpy().tolist() == [
            [cell for place, cell in enumerate(row) if place in table.positions] for row in wanted
        ]


@EXAMPLES
@given(VALUES)
def test_any_json(value: Any) -> None:
    data = json.dumps(value).encode()
    for format in ("json", "geojson", "topojson"):
        tried(lambda format=format: parse(data, source(format), "f"))


@EXAMPLES
@given(VALUES, st.sampled_from(["geometry", "coordinates", "properties", "crs", "arcs", "index", "transform"]))
def test_a_map_with_one_part_that_is_anything(value: Any, part: str) -> None:
    sound: Any = {"type": "Polygon", "coordinates": SQUARE}
    if part in ("arcs", "index", "transform"):
        ring = [[0, 51], [1, 51], [1, 52], [0, 51]]
        data = topology(value if part == "arcs" else [ring], value if part == "index" else [[0]],
                        **({"transform": value} if part == "transform" else {}))  # fmt: skip
        format = "topojson"
    else:
        drawn = value if part == "geometry" else sound | ({"coordinates": value} if part == "coordinates" else {})
        made = feature(drawn) | ({"properties": value} if part == "properties" else {})
        data = collection(made, **({"crs": value} if part == "crs" else {}))
        format = "geojson"
    tried(lambda: parse_shapes(data, shown="f", format=format))


XLSX = xlsx([["a", "b"], ["x", 1], ["y", 2]])
ODS = ods("<table:table-row><table:table-cell><text:p>a</text:p></table:table-cell></table:table-row>" * 3)


@pytest.mark.parametrize(("format", "sound"), [("xlsx", XLSX), ("ods", ODS)])
@EXAMPLES
@given(at=st.floats(0, 1), put=st.binary(min_size=1, max_size=8), data=st.data())
def test_a_workbook_with_a_few_other_bytes_inside(format: str, sound: bytes, at: float, put: bytes, data: Any) -> None:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(sound)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = data.draw(st.sampled_from(sorted(members)))
    place = int(at * len(members[name]))
    members[name] = members[name][:place] + put + members[name][place + len(put) :]
    tried(lambda: parse(zipped(members), source(format), "f"))


@EXAMPLES
@given(st.dictionaries(SIGNS.filter(bool), st.binary(max_size=30), max_size=4), SIGNS)
def test_a_zip_of_any_names(members: dict[str, bytes], wanted: str) -> None:
    held = {name.split("\x00")[0] or "empty": data for name, data in members.items()}  # as the zip itself cuts them
    tried(lambda: unzipped(zipped(held), source("csv"), "f"))
    tried(lambda: unzipped(zipped(held), source("csv", member=wanted or "x"), "f"))


@EXAMPLES
@given(st.one_of(st.binary(max_size=120), SIGNS.map(str.encode)))
def test_any_document(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzzed.yaml"
    path.write_bytes(data)
    tried(lambda: read_document(path, "case.yaml"))


@EXAMPLES
@given(st.text(max_size=80), st.text(max_size=3000))
def test_a_fault_is_one_line_that_a_terminal_only_shows(problem: str, where: str) -> None:
    for text in (str(Fault(problem, where)), printable(where)):
        assert "\n" not in text
        assert not any(ord(sign) < 32 or sign in "\x7f\u202e\u2028" for sign in text)
        assert len(text) < 4500
