"""Everything in data/sample is listed, is what the list says, and can be made again byte for byte."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from shared.errors import DataMissing
from shared.samples.__main__ import SEEDS, write_tables

FACTS = {  # as handed over with the citations; a change of a single byte is a change of a published figure
    "census2021_upper_tier.csv": "559794aec0091eec706116454d2673b22aa46bff7f22fc7c2bef7e6536984569",
    "population_mid2020_upper_tier.csv": "4f838c1745e9e67974c6747d78f6a216f513aff20b82f5b75dfc67fd9860ac4d",
    "india_census2011_state.csv": "c1ef275e27fa65d21b5f8d1ac26f66e1d11eeaf650f0d32b16a624a79a19d629",
    "kenya_census2019_county.csv": "6e60754020ec2f2519861d742fc655b8b3a3ffb5246c371f3288c1ff202573ca",
}


@pytest.fixture(scope="module")
def listed(root: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((root / "data/sample/manifest.json").read_text(encoding="utf-8"))
    return found


def test_every_listed_file_is_what_the_list_says(root: Path, listed: list[dict[str, Any]]) -> None:
    assert listed
    for told in listed:
        path = root / "data/sample" / told["path"]
        content = path.read_bytes()
        assert hashlib.sha256(content).hexdigest() == told["sha256"], told["path"]
        assert len(content) == told["bytes"]
        if path.suffix == ".csv":
            with path.open(encoding="utf-8", newline="") as lines:
                assert len(list(csv.reader(lines))) - 1 == told["rows"], told["path"]
        assert told["licence"], told["path"]
        assert told["origin"], told["path"]
        assert isinstance(told["synthetic"], bool)
        assert (told["seed"] is not None) == told["synthetic"], "made-up files, and only those, have a seed"


def test_every_data_file_is_listed_once(root: Path, listed: list[dict[str, Any]]) -> None:
    sample = root / "data/sample"
    data = {p.relative_to(sample).as_posix() for p in sample.rglob("*") if p.suffix in (".csv", ".json")}
    data = {path for path in data if Path(path).name not in ("manifest.json", "manifest-part.json")}
    paths = [told["path"] for told in listed]
    assert len(paths) == len(set(paths))
    assert set(paths) == data


def test_reference_figures_are_untouched(root: Path) -> None:
    for name, expected in FACTS.items():
        content = (root / "data/sample/reference" / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == expected, name


def test_generators_write_the_shipped_bytes(root: Path, tmp_path: Path) -> None:
    write_tables(root, tmp_path)
    made = {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()}
    assert {f"{slug}/records.csv" for slug in SEEDS} < made
    for name in sorted(made):
        assert (tmp_path / name).read_bytes() == (root / "data/sample" / name).read_bytes(), name


def test_generators_say_where_the_figures_should_be(tmp_path: Path) -> None:
    with pytest.raises(DataMissing, match="reference figures"):
        write_tables(tmp_path, tmp_path / "out")


def test_no_postcode_and_no_name_in_the_records(root: Path) -> None:
    for slug in SEEDS:
        with (root / "data/sample" / slug / "records.csv").open(encoding="utf-8", newline="") as lines:
            header = next(csv.reader(lines))
        assert not [c for c in header if c.startswith("_") or "postcode" in c or c.endswith("name")]
