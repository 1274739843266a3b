"""Data embedded in a page, held against the ledger: no chart and no table carries anything else."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

from shared.charts.lean import full
from shared.protect.ledger import says_hidden, small_figures
from shared.protect.policy import POLICIES
from shared.protect.public import MOST_ROWS

Found = Iterator[tuple[str, str]]


def dataset_findings(name: str, page: str, ledger: Mapping[str, Any]) -> Found:
    """Yield (place, what) for data in a page that no entry of the ledger stands behind, or that shows too much."""
    parser = _Data()
    parser.feed(page)
    parser.close()
    tables = {entry["id"]: entry for entry in ledger["tables"]}
    for number, table in enumerate(parser.tables, start=1):
        if table not in tables:
            yield f"{name}, table {number}", "a table without an entry in the ledger"
    for entry in ledger["tables"]:
        for row, column in small_figures(entry):
            yield f"{name}, table {entry['id']}, row {row + 1}, column {column}", "a count below the threshold"
        for row in says_hidden(entry):
            yield f"{name}, table {entry['id']}, row {row + 1}", "a figure in a row that is said to be hidden"
    for number, text in enumerate(parser.datasets, start=1):
        yield from _chart(f"{name}, dataset {number}", text, ledger)


def _chart(place: str, text: str, ledger: Mapping[str, Any]) -> Found:
    try:
        spec = full(json.loads(text))
    except ValueError:
        yield place, "data that cannot be read"
        return
    named = set(map(str, (spec.get("usermeta") or {}).get("ledger", []))) if isinstance(spec, dict) else set()
    entries = [e for e in ledger["tables"] if {e["id"], e["root"]} & named]
    if not entries:
        yield place, "a chart without a table in the ledger"
        return
    known = _figures(entries)
    for number, rows in enumerate(_inline(spec), start=1):
        if len(rows) > MOST_ROWS:
            yield f"{place}, rows {number}", "more rows than a published table has"
        for at, row in enumerate(rows):
            for column, value in row.items():
                if _unknown_small(value, known, entries):
                    yield f"{place}, rows {number}, row {at + 1}, column {column}", "a small count that its table hides"


def _inline(value: Any) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows of every dataset inside a specification; shapes are no rows."""
    if isinstance(value, dict):
        rows = value.get("values")
        if isinstance(rows, list) and rows and all(isinstance(row, dict) for row in rows):
            yield rows
        for inside in value.values():
            yield from _inline(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from _inline(inside)


def _figures(entries: list[Mapping[str, Any]]) -> set[float]:
    return {round(float(v), 6) for e in entries for row in e["rows"] for v in row if _is_number(v)}


def _unknown_small(value: Any, known: set[float], entries: list[Mapping[str, Any]]) -> bool:
    """Tell whether a whole number above zero and below the threshold is in a chart and not in its table."""
    policies = [POLICIES[e["policy"]] for e in entries if e["policy"] in POLICIES]
    if not policies or not _is_number(value) or not float(value).is_integer():
        return False
    threshold = min(policy.threshold for policy in policies)
    return 1 < float(value) < threshold and round(float(value), 6) not in known


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def result_findings(name: str, data: bytes, ledger: Mapping[str, Any]) -> Found:
    """Yield (place, what) for counts of people in ``result.json`` that the policy hides."""
    policy = POLICIES.get(str(ledger.get("policy", "")))
    people = set(ledger.get("people", ()))
    for indicator in json.loads(data).get("indicators", []):
        if policy is None or indicator.get("id") not in people:
            continue
        for count in ("numerator", "denominator"):
            value = indicator.get(count)
            if _is_number(value) and 0 < value < policy.threshold:
                yield f"{name}, indicator {indicator['id']}, {count}", "a count below the threshold"


class _Data(HTMLParser):
    """Collects the ledger ids of a page's tables, and its datasets."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[str] = []
        self.datasets: list[str] = []
        self._json = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        self._json = tag == "script" and named.get("type") == "application/json"
        if tag == "table":
            self.tables.append(named.get("data-ledger", ""))

    def handle_endtag(self, tag: str) -> None:
        self._json = False

    def handle_data(self, data: str) -> None:
        if self._json:
            self.datasets.append(data)
