"""Files spoilt at random, in every format: read, or refused with a clear error; never another error, never a crash."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import duckdb
import pytest

from shared.cases.model import Source
from shared.errors import DataError
from shared.sources.formats import parse, unzipped
from shared.sources.shapes import parse_shapes
from shared.sources.sniff import check_format
from tests.conftest import ROOT
from tests.sources.made import ods, ods_cell, ods_row, xls, xlsx, zipped
from tests.sources.test_shapes import NEXT, SQUARE, collection, frame, shapefile

ROWS = [["a", "b", "c"], *([str(n), f"José {n}", str(n / 7)] for n in range(40))]
SIGNS = b"<>/\"'=0123456789ABCrvtfs&;,\n \xff\x00"


def sound(format: str, folder: Path) -> bytes:
    if format == "parquet":
        path = folder / "t.parquet"
        with duckdb.connect() as connection:
            connection.execute(f"COPY (SELECT range a, 'x' || range b FROM range(300)) TO '{path}' (FORMAT parquet)")
        return path.read_bytes()
    if format == "gpkg":
        frame().to_file(folder / "a.gpkg", layer="areas")
        return (folder / "a.gpkg").read_bytes()
    if format == "shapefile":
        return zipped(shapefile(folder))
    if format == "topojson":
        return (ROOT / "data/sample/boundaries/india-states-2011.topo.json").read_bytes()
    text = "\n".join(",".join(row) for row in ROWS) + "\n"
    return {
        "csv": text.encode(),
        "xlsx": xlsx(ROWS),
        "xls": xls(ROWS),
        "ods": ods("".join(ods_row(*map(ods_cell, row)) for row in ROWS)),
        "json": b'[{"a": 1, "b": "x"}, {"a": 2, "b": [1, {"k": 2}]}]',
        "geojson": collection(SQUARE, NEXT),
    }[format]


def spoilt(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    way = chance.random()
    if way < 0.6:
        for _ in range(chance.randint(1, 8)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    elif way < 0.8:
        del changed[chance.randrange(len(changed)) :]
    else:
        start = chance.randrange(len(changed))
        end = min(len(changed), start + chance.randint(1, 200))
        changed[start:end] = changed[start:end] * chance.randint(2, 5)
    return bytes(changed)


def spoilt_inside(data: bytes, chance: random.Random) -> bytes:
    """Change a member of a zip and pack it again soundly, so that what is inside reaches its reader."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice([one for one in members if members[one]])
    changed = bytearray(members[name])
    for _ in range(chance.randint(1, 6)):
        changed[chance.randrange(len(changed))] = chance.choice(SIGNS)
    return zipped({**members, name: bytes(changed)})


@pytest.mark.parametrize(
    "format",
    ["csv", "xlsx", "xls", "ods", "json", "parquet", "geojson", "topojson", "gpkg", "shapefile"],
)
def test_spoilt_files_are_read_or_refused(format: str, tmp_path: Path) -> None:
    data = sound(format, tmp_path)
    outcomes = set()
    for number in range(6 if format == "xls" else 80):
        chance = random.Random(f"{format} {number}")
        packed = format in ("xlsx", "ods", "shapefile") and number % 2
        content = spoilt_inside(data, chance) if packed else spoilt(data, chance)
        drawn = format in ("geojson", "topojson", "gpkg", "shapefile") and number % 2
        source = Source.model_validate(
            {"kind": "boundaries" if drawn else "records", "title": "t", "path": "f", "sha256": "0" * 64,
             "format": format, "licence": "l", "attribution": "a"}
        )  # fmt: skip
        try:
            if drawn:
                inner, layer, shown, _ = unzipped(content, source, "f")
                check_format(inner, format, shown)
                parse_shapes(inner, shown=shown, format=format, layer=layer)
            else:
                parse(content, source, "f")
            outcomes.add("read")
        except DataError:
            outcomes.add("refused")
    assert "refused" in outcomes
