"""What of a chart's specification goes into a page: the data that are drawn, no more digits than a screen has dots.

Altair keeps the rows of all charts of a specification under ``datasets``. In a page they stand as columns' names and
rows of values (``{"fields": [...], "rows": [[...], ...]}``), so that no name is repeated in every row; the script that
draws the charts puts them together again, and so does ``full`` for whoever checks a page.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

DIGITS = 5
"""Significant digits of a figure that is no whole number: a hundredth of a dot on a chart 1,000 dots wide."""

FULL = (
    "for(const n in s.datasets||{}){const d=s.datasets[n];if(d.fields&&d.rows)"
    "s.datasets[n]=d.rows.map(r=>Object.fromEntries(d.fields.map((f,i)=>[f,r[i]])))}"
)
"""``full`` for the specification ``s``, in a page's own script."""


def lean(spec: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
    """Return a specification without what a page need not carry; the given one is not changed.

    Left out: what of the look stands in ``config``, which the page holds once for all charts, and fields of rows that
    no part of the chart names. Rounded: figures that are no whole numbers. Borders of areas stay as they are.
    """
    made = {name: part for name, part in spec.items() if name not in ("datasets", "config")}
    own = {name: part for name, part in spec.get("config", {}).items() if config.get(name) != part}
    if own:
        made["config"] = own
    said = set(re.findall(r"\w+", json.dumps({n: p for n, p in made.items() if n not in ("description", "usermeta")})))
    if "datasets" in spec:
        made["datasets"] = {name: _packed(rows, said) for name, rows in spec["datasets"].items()}
    return made


def full(spec: Any) -> Any:
    """Return a specification with every packed dataset as a list of rows; anything else as it is."""
    if not isinstance(spec, dict) or not isinstance(spec.get("datasets"), dict):
        return spec
    made = {
        name: [dict(zip(data["fields"], row, strict=True)) for row in data["rows"]]
        if isinstance(data, dict) and set(data) == {"fields", "rows"}
        else data
        for name, data in spec["datasets"].items()
    }
    return {**spec, "datasets": made}


def _packed(rows: Any, said: set[str]) -> Any:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return rows
    fields = [name for name in dict.fromkeys(name for row in rows for name in row) if _named(name, said)]
    if not fields or any(set(fields) - set(row) for row in rows):
        return rows
    return {"fields": fields, "rows": [[_short(row[name]) for name in fields] for row in rows]}


def _named(field: str, said: set[str]) -> bool:
    return set(re.findall(r"\w+", field)) <= said


def _short(value: Any) -> Any:
    if not isinstance(value, float) or not math.isfinite(value):
        return value
    short = value if value.is_integer() else float(f"{value:.{DIGITS}g}")
    return int(short) if short.is_integer() else short
