"""The scan: each way to hide a value is found, the place is named, the value never."""

from __future__ import annotations

import base64
import json
import struct
import zlib

import pytest

from shared.batch.scan import Allowed, scan
from shared.batch.scan_needles import Needles
from shared.batch.scan_text import pieces

EMPTY: dict[str, object] = {"tables": [], "policy": "threshold-10-round-5", "people": ["ACC-1"]}
NAME, CODE = "Ottilie Quarrington", "LP-000123"

PICTURE = base64.b64encode(f"<svg><!--{CODE}--></svg>".encode()).decode()


def needles() -> Needles:
    found = Needles()
    found.add(NAME, "column name of records")
    found.add(CODE, "column person_ref of records")
    found.add("I slept in the car park behind the station for nine weeks", "column note of records", free_text=True)
    found.plant("987654321", "the planted person")
    return found


def png(text: str) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    packed = b"Comment\x00\x00" + zlib.compress(text.encode())
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"\0" * 13) + chunk(b"zTXt", packed) + chunk(b"IEND", b"")


HIDDEN = {
    "text of a page": ("a.html", f"<p>{NAME}</p>"),
    "comment": ("a.html", f"<!-- {CODE} -->"),
    "attribute": ("a.html", f'<p title="{CODE}">x</p>'),
    "entity": ("a.html", "<p>Ottilie&nbsp;Quarr&#105;ngton</p>"),
    "dataset": ("a.html", f'<script type="application/json">{{"a":[{{"x":"{CODE}"}}]}}</script>'),
    "escaped in a dataset": ("a.html", '<script type="application/json">{"a":"LP-\\u0030\\u00300123"}</script>'),
    "name of a field": ("a.json", json.dumps({CODE: 1})),
    "lines of a notebook": ("a.ipynb", json.dumps({"source": ["LP-000", "123"]})),
    "page inside a notebook": ("a.ipynb", json.dumps({"text/html": f"<div data-x='{CODE}'></div>"})),
    "inside another word": ("a.log", f"id={CODE}x"),
    "address": ("a.html", '<a href="#LP%2D000123">x</a>'),
    "other case": ("a.csv", "OTTILIE QUARRINGTON,1"),
    "part of a free text": ("a.csv", "they slept in the car park behind a shop"),
    "data address": ("a.html", f'<img src="data:image/svg+xml;base64,{PICTURE}">'),
    "planted number": ("a.json", json.dumps({"n": 987654321})),
    "style": ("a.html", f"<style>/* {CODE} */</style>"),
}  # fmt: skip


@pytest.mark.parametrize("way", HIDDEN)
def test_a_value_is_found_wherever_it_hides_and_never_repeated(way: str) -> None:
    name, text = HIDDEN[way]
    found = scan({name: text.encode()}, needles(), Allowed(EMPTY))
    assert any("column" in one.what or "planted" in one.what for one in found), found
    said = " ".join(one.what for one in found)
    assert not any(value in said for value in (NAME, CODE, "987654321", "car park"))
    assert all(one.place.startswith(name) for one in found)


def test_a_picture_is_read_for_what_it_carries_beside_its_dots() -> None:
    found = scan({"map.png": png(f"made for {CODE}")}, needles(), Allowed(EMPTY))
    assert [one.place for one in found] == ["map.png, zTXt of the picture"]


def test_what_only_looks_alike_is_no_finding() -> None:
    clean = "LP-000124 Ottilie Smith; slept in the car; 98765432; 12,345 records"
    assert scan({"a.log": clean.encode()}, needles(), Allowed(EMPTY)) == []


def test_traces_paths_secrets_and_foreign_scripts_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_API_TOKEN", "abcdefgh12345678")
    files = {
        "a.log": b"Traceback (most recent call last):",
        "b.log": b"read /srv/casebook/data",
        "c.log": b"with abcdefgh12345678",
        "d.html": b"<script>alert(1)</script>",
        "e.html": b"<script>known()</script>",
    }
    found = scan(files, Needles(), Allowed(EMPTY, frozenset(["known()"]), ("/srv/casebook",)))
    assert [(one.place.split(",")[0], one.what) for one in found] == [
        ("a.log", "the trace of an error"),
        ("b.log", "a path of this machine"),
        ("c.log", "a secret of this machine's environment"),
        ("d.html", "a script that the casebook did not write"),
    ]


def entry(**changes: object) -> dict[str, object]:
    columns = [
        {"name": "g", "label": "G", "role": "group"}, {"name": "count", "label": "N", "role": "count"},
        {"name": "status", "label": "S", "role": "status"},
    ]  # fmt: skip
    rows = [["a", 20, "shown"], ["b", None, "hidden"]]
    return {
        "id": "T-1", "root": "T-1", "title": "t", "policy": "threshold-10-round-5", "made": "counts",
        "public_columns": [], "columns": columns, "rows": rows,
    } | changes  # fmt: skip


def said(ledger_entry: dict[str, object], chart_rows: list[dict[str, object]], ledger: str = "T-1") -> list[str]:
    spec = {"usermeta": {"ledger": [ledger]}, "data": {"values": chart_rows}}
    page = f'<table data-ledger="T-1"></table><script type="application/json">{json.dumps(spec)}</script>'
    allowed = Allowed(EMPTY | {"tables": [ledger_entry]})
    return [one.what for one in scan({"report.html": page.encode()}, Needles(), allowed)]


def test_a_chart_may_carry_what_its_table_shows_and_nothing_smaller() -> None:
    assert said(entry(), [{"group": "a", "count": 20}, {"group": "b", "count": None}]) == []
    assert said(entry(), [{"group": "b", "count": 7}]) == ["a small count that its table hides"]
    assert said(entry(), [], ledger="T-9") == ["a chart without a table in the ledger"]
    many = [{"group": str(n), "count": 20} for n in range(2001)]
    assert said(entry(), many) == ["more rows than a published table has"]


def ledger_said(*entries: dict[str, object], private: tuple[str, ...] = (), sizes: tuple[int, ...] = ()) -> list[str]:
    allowed = Allowed(EMPTY | {"tables": list(entries)}, private=frozenset(private), sizes=frozenset(sizes))
    return [one.what for one in scan({"ledger.json": b"{}"}, Needles(), allowed)]


def test_small_figures_and_figures_in_hidden_rows_are_found_in_the_ledger_itself() -> None:
    small = entry(rows=[["a", 7, "shown"]])
    assert ledger_said(small) == ["a count below the threshold"]
    assert ledger_said(entry(rows=[["a", 20, "hidden"]])) == ["a figure in a row that is said to be hidden"]
    assert ledger_said(entry(rows=[["a", 7, "shown"]], public_columns=["count"])) == []


def test_columns_that_are_not_published_and_tables_as_long_as_the_records_are_found() -> None:
    assert ledger_said(entry(), private=("g",)) == ["a column that is not to be published"]
    assert ledger_said(entry(), private=("h",)) == []
    long = entry(rows=[[f"r{n}", 20, "shown"] for n in range(610)])
    assert ledger_said(long, sizes=(610,)) == ["as many rows as records have"]
    assert ledger_said(long, sizes=(611,)) == []
    assert ledger_said(entry(rows=[[f"r{n}", 20, "shown"] for n in range(2001)])) == ["as many rows as records have"]


SHAPES = {"type": "Topology", "objects": {"a": {"geometries": [{"type": "Polygon", "properties": {"count": 7}}]}}}
FEATURES = {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"count": 7}}]}
PACKED = {"fields": ["group", "count"], "rows": [["b", 7]]}


@pytest.mark.parametrize("data", [[{"group": "b", "count": 7}], PACKED, SHAPES, FEATURES])
@pytest.mark.parametrize("way", ["datasets", "layered"])
def test_a_small_count_is_found_in_every_form_that_a_chart_keeps_data_in(way: str, data: object) -> None:
    spec: dict[str, object] = {"usermeta": {"ledger": ["T-1"]}}
    spec |= {"datasets": {"d-1": data}} if way == "datasets" else {"layer": [{"data": {"values": data}}]}
    if way == "layered" and data is PACKED:
        return  # only named datasets are packed
    page = f'<script type="application/json">{json.dumps(spec)}</script>'
    found = scan({"report.html": page.encode()}, Needles(), Allowed(EMPTY | {"tables": [entry()]}))
    assert [one.what for one in found] == ["a small count that its table hides"]


def test_a_chart_carries_no_column_that_is_not_published() -> None:
    spec = {"usermeta": {"ledger": ["T-1"]}, "datasets": {"d": [{"group": "a", "person_ref": 20}]}}
    page = f'<script type="application/json">{json.dumps(spec)}</script>'
    allowed = Allowed(EMPTY | {"tables": [entry()]}, private=frozenset(["person_ref", "group"]))
    found = scan({"report.html": page.encode()}, Needles(), allowed)
    assert [one.place for one in found] == ["report.html, dataset 1, rows 1, column person_ref"]


def test_small_counts_of_people_in_words_are_found_and_classes_are_not() -> None:
    ledger = EMPTY | {"counted": ["records", "people reached"]}
    said_small = "<p>4 of 600 records</p><p>fewer than 10 of 600 records</p><p>14 of 600 records, 3 of 4 uses</p>"
    found = scan({"a.html": said_small.encode()}, Needles(), Allowed(ledger))
    assert [(one.place.split(",")[1], one.what) for one in found] == [
        (" line 1", "a count below the threshold, in words")
    ]
    assert (
        scan({"a.html": said_small.replace("4 of 600 r", "40 of 600 r", 1).encode()}, Needles(), Allowed(ledger)) == []
    )


def test_a_picture_inside_a_notebook_is_read_too() -> None:
    picture = base64.b64encode(png(f"made for {CODE}")).decode()
    notebook = {"cells": [{"attachments": {"a.png": {"image/png": picture}}}]}
    found = scan({"notebook.ipynb": json.dumps(notebook).encode()}, needles(), Allowed(EMPTY))
    assert [one.place for one in found if "tEXt" in one.place or "zTXt" in one.place]


def test_a_table_without_an_entry_is_found() -> None:
    found = scan({"report.html": b"<table><tr><td>1</td></tr></table>"}, Needles(), Allowed(EMPTY))
    assert [one.what for one in found] == ["a table without an entry in the ledger"]


def test_small_counts_of_people_in_the_result_are_found() -> None:
    result = {"indicators": [{"id": "ACC-1", "numerator": 4, "denominator": 50}, {"id": "TIM-1", "numerator": 4}]}
    found = scan({"result.json": json.dumps(result).encode()}, Needles(), Allowed(EMPTY))
    assert [one.place for one in found] == ["result.json, indicator ACC-1, numerator"]


def test_the_known_library_is_skipped_to_the_letter_only() -> None:
    page = f"<script>var a='{CODE}'</script>".encode()
    assert list(pieces("a.html", page, known=[f"var a='{CODE}'"])) == []
    assert any(CODE in piece.text for piece in pieces("a.html", page, known=["var a='x'"]))
