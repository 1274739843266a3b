"""Data embedded in a page, held against the ledger: no chart and no table carries anything else."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

from shared.charts.lean import full
from shared.protect.ledger import says_hidden, small_figures
from shared.protect.policy import POLICIES
from shared.protect.public import MOST_ROWS

Found = Iterator[tuple[str, str]]


CHART_FIELDS = frozenset(
    ["across", "class", "code", "floor", "group", "high", "low", "name", "named", "on", "one", "part", "place", "rank",
     "right", "said", "second", "series", "side", "time", "up", "value", "why"]
)  # fmt: skip
"""Names that the chart functions give to what they draw, whatever the column was called."""


def dataset_findings(name: str, page: str, ledger: Mapping[str, Any], private: Collection[str] = ()) -> Found:
    """Yield (place, what) for data in a page that no entry of the ledger stands behind, or that shows too much.

    ``private`` are the names of columns of records that case.yaml does not publish.
    """
    parser = _Data()
    parser.feed(page)
    parser.close()
    tables = {entry["id"]: entry for entry in ledger["tables"]}
    for number, table in enumerate(parser.tables, start=1):
        if table not in tables:
            yield f"{name}, table {number}", "a table without an entry in the ledger"
    for number, text in enumerate(parser.datasets, start=1):
        yield from _chart(f"{name}, dataset {number}", text, ledger, set(private) - CHART_FIELDS)


def ledger_findings(
    name: str, ledger: Mapping[str, Any], private: Collection[str] = (), sizes: Collection[int] = ()
) -> Found:
    """Yield (place, what) for entries of the ledger that show too much.

    ``sizes`` are the numbers of records of the sources: a table of as many rows looks like the records themselves.
    """
    for entry in ledger["tables"]:
        place = f"{name}, table {entry['id']}"
        for row, column in small_figures(entry):
            yield f"{place}, row {row + 1}, column {column}", "a count below the threshold"
        for row in says_hidden(entry):
            yield f"{place}, row {row + 1}", "a figure in a row that is said to be hidden"
        for column in entry["columns"]:
            if column["name"] in set(private) - CHART_FIELDS:
                yield f"{place}, column {column['name']}", "a column that is not to be published"
        if len(entry["rows"]) > MOST_ROWS or (len(entry["rows"]) in sizes and len(entry["rows"]) > FEW_ROWS):
            yield place, "as many rows as records have"


FEW_ROWS = 50
"""A table of fewer rows may by chance have as many as there are records."""


def _chart(place: str, text: str, ledger: Mapping[str, Any], private: Collection[str]) -> Found:
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
        for column in sorted({name for row in rows for name in row} & set(private)):
            yield f"{place}, rows {number}, column {column}", "a column that is not to be published"
        for at, row in enumerate(rows):
            for column, value in row.items():
                if column not in PLACES and _unknown_small(value, known, entries):
                    yield f"{place}, rows {number}, row {at + 1}, column {column}", "a small count that its table hides"


PLACES = frozenset(["across", "bar", "on", "one", "place", "rank", "right", "up"])
"""Fields that say where something is drawn, or (``bar``, in a map's key) how many areas are in a class: no people."""


def _inline(spec: Any) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows of every dataset of a specification; of shapes, what is said of each shape."""
    if isinstance(spec, dict):
        named = spec.get("datasets")
        for data in named.values() if isinstance(named, dict) else ():
            yield from _rows(data)
        if "values" in spec:
            yield from _rows(spec["values"])
        for key, inside in spec.items():
            if key not in ("datasets", "values"):
                yield from _inline(inside)
    elif isinstance(spec, list):
        for inside in spec:
            yield from _inline(inside)


def _rows(data: Any) -> Iterator[list[dict[str, Any]]]:
    if isinstance(data, dict) and "objects" in data:  # TopoJSON
        for layer in data["objects"].values():
            yield from _rows(layer.get("geometries", []) if isinstance(layer, dict) else [])
    elif isinstance(data, dict):
        yield from _rows(data.get("features", [data]))
    elif isinstance(data, list) and data and all(isinstance(row, dict) for row in data):
        yield [row["properties"] if isinstance(row.get("properties"), dict) else row for row in data]


def _figures(entries: list[Mapping[str, Any]]) -> set[float]:
    """Return every number of the entries' rows; also groups whose names are numbers, such as years of age."""
    values = [value for entry in entries for row in entry["rows"] for value in row]
    names = [value for value in values if isinstance(value, str) and re.fullmatch(r"\d{1,4}(?:\.\d+)?", value)]
    return {round(float(value), 6) for value in [*names, *filter(_is_number, values)]}


def _unknown_small(value: Any, known: set[float], entries: list[Mapping[str, Any]]) -> bool:
    """Tell whether a whole number above zero and below the threshold is in a chart and not in its table."""
    policies = [POLICIES[e["policy"]] for e in entries if e["policy"] in POLICIES]
    if not policies or not _is_number(value) or not float(value).is_integer():
        return False
    threshold = min(policy.threshold for policy in policies)
    return 0 < float(value) < threshold and round(float(value), 6) not in known


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def counted_in_words(words: Collection[str], policy: str) -> re.Pattern[str] | None:
    """Return what finds a small count of people in a sentence ("4 of 600 records"); None without such words."""
    rule = POLICIES.get(policy)
    if rule is None or not words:
        return None
    said = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    small = "|".join(str(n) for n in range(1, rule.threshold))
    return re.compile(rf"(?<![\w.,–-])(?<!fewer than )(?:{small}) of [\d,]+ (?:{said})\b(?! are missing)")


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
