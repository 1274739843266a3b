"""Public interfaces asked page by page, and the answer checked and put into one file in a fixed order.

Nomis (https://www.nomisweb.co.uk/api/v01/help) gives an anonymous caller 25,000 records a call and says in every row
how many there are; the ArcGIS servers behind the ONS Open Geography Portal give as many features as their layer allows
and count them on request. Nothing is kept unless all of it came, once, with the columns that were asked for.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Mapping
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from shared.cases.recipes import NOMIS, NOMIS_NAMES, ONS_GEOGRAPHY, BoundaryLayer, NomisTable
from shared.errors import DataError

SECONDS = 60
PAGE = {"nomis": 25_000, "ons-geography": 500}
"""Records, or features, asked for in one call."""
PAUSE = Retry(
    total=4, backoff_factor=0.5, status_forcelist=(429, 502, 503, 504), retry_after_max=120, raise_on_status=False
)
"""A server that is busy (429, 503) is asked again when it says so (Retry-After, at most two minutes), four times."""
BASES = {"nomis": ("CASEBOOK_NOMIS", NOMIS), "ons-geography": ("CASEBOOK_ONS_GEOGRAPHY", ONS_GEOGRAPHY)}
"""Environment variable that names another server of the same interface (an office's gateway), and the public one."""


def ask(recipe: NomisTable | BoundaryLayer) -> bytes:
    """Ask for everything that a recipe names and return the file that is kept, the same for the same figures.

    Raises ``DataError``: no connection, an error of the server, an answer that breaks off, has other columns, is not
    complete, has an area twice or a figure that is no number.
    """
    variable, public = BASES[recipe.service]
    base = (os.environ.get(variable) or public).rstrip("/")
    with requests.Session() as session:
        for scheme in ("https://", "http://"):
            session.mount(scheme, HTTPAdapter(max_retries=PAUSE))
        return _table(session, recipe, base) if isinstance(recipe, NomisTable) else _layer(session, recipe, base)


def _table(session: requests.Session, recipe: NomisTable, base: str) -> bytes:
    url, dimension = f"{base}/dataset/{recipe.table}.data.csv", recipe.dimension.upper()
    needed = ("GEOGRAPHY_CODE", "GEOGRAPHY_NAME", dimension, "OBS_VALUE", "RECORD_COUNT")
    rows: list[dict[str, str]] = []
    expected = 0
    while True:
        page = {"RecordLimit": str(PAGE["nomis"]), "RecordOffset": str(len(rows))}
        reader = csv.DictReader(io.StringIO(_get(session, url, {**recipe.query, **page}).text, newline=""), strict=True)
        absent = [name for name in needed if name not in (reader.fieldnames or ())]
        if absent:
            found = ", ".join(reader.fieldnames or ()) if reader.fieldnames and len(reader.fieldnames) > 1 else "none"
            raise DataError(
                f"The answer has no column {', '.join(absent)}; its columns are: {found}.",
                where=url,
                hint="An id that does not exist gives an empty answer: look it up on the service's own page.",
            )
        try:
            came = list(reader)
            expected = int(came[0]["RECORD_COUNT"]) if came else expected
        except (csv.Error, ValueError, TypeError) as error:
            raise _broken(url, "a row cannot be read") from error
        rows += came
        if len(rows) >= expected or not came:
            break
    if len(rows) != expected or not rows:
        raise _broken(url, f"{len(rows):,} of {expected:,} records came")
    return _wide(recipe, rows, dimension, url)


def _wide(recipe: NomisTable, rows: list[dict[str, str]], dimension: str, url: str) -> bytes:
    """Make one row an area; every area must have every cell exactly once, and every cell a whole number."""
    columns = {str(value): name for name, value in recipe.cells.items()}
    areas: dict[tuple[str, str], dict[str, str]] = {}
    for row in rows:
        held = areas.setdefault((row["GEOGRAPHY_CODE"], row["GEOGRAPHY_NAME"]), {})
        name = columns.get(row[dimension] or "")
        if name is None or name in held:
            raise _broken(url, "a cell came twice, or one that nobody asked for")
        if not (row["OBS_VALUE"] or "").replace(".", "", 1).isdigit():
            raise _broken(url, f'a figure of column "{name}" is missing or no number')
        held[name] = row["OBS_VALUE"]
    short = sum(len(held) < len(columns) for held in areas.values())
    if short or len({code for code, _ in areas}) < len(areas):
        raise _broken(url, f"{short} areas lack a cell" if short else "one area code has two names")
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*NOMIS_NAMES, *recipe.cells])
    for (code, name), held in sorted(areas.items()):
        writer.writerow([code, name, *(held[column] for column in recipe.cells)])
    return text.getvalue().encode()


def _layer(session: requests.Session, recipe: BoundaryLayer, base: str) -> bytes:
    url = f"{base}/{recipe.layer}/FeatureServer/{recipe.number}/query"
    expected = _json(session, url, {"where": recipe.where, "returnCountOnly": "true", "f": "json"}).get("count")
    if not isinstance(expected, int) or not expected:
        raise DataError(f"The layer has no area where {recipe.where}.", where=url, hint="Look at where in case.yaml.")
    features: list[dict[str, Any]] = []
    while len(features) < expected:
        page = {"resultOffset": str(len(features)), "resultRecordCount": str(PAGE["ons-geography"]), "f": "geojson"}
        came = _json(session, url, {**recipe.query, **page}).get("features")
        if not isinstance(came, list) or not came:
            raise _broken(url, f"{len(features):,} of {expected:,} areas came")
        features += came
    kept = []
    for feature in features:
        properties = feature.get("properties") or {}
        absent = [name for name in recipe.fields if name not in properties]
        if absent:
            problem = f"The layer has no column {', '.join(absent)}; its columns are: {', '.join(properties)}."
            raise DataError(problem, where=url, hint="The portal writes the year into them: correct code and name.")
        if not feature.get("geometry"):
            raise _broken(url, "an area has no shape")
        held = {name: properties[name] for name in recipe.fields}
        kept.append({"type": "Feature", "properties": held, "geometry": feature["geometry"]})
    codes = [str(feature["properties"][recipe.code]) for feature in kept]
    if len(set(codes)) != expected or len(codes) != expected:
        raise _broken(url, f"{len(codes):,} areas with {len(set(codes)):,} codes came, and the layer has {expected:,}")
    kept.sort(key=lambda feature: str(feature["properties"][recipe.code]))
    whole = {"type": "FeatureCollection", "features": kept}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode() + b"\n"


def _json(session: requests.Session, url: str, query: Mapping[str, str]) -> dict[str, Any]:
    answer = _get(session, url, query)
    try:
        held = answer.json()
    except ValueError as error:
        raise _broken(url, "it is no JSON") from error
    if not isinstance(held, dict):
        raise _broken(url, "it is no JSON object")
    if "error" in held:  # ArcGIS answers a faulty question with 200 and this
        said = held["error"] if isinstance(held["error"], dict) else {}
        raise DataError(f"The server refused the question ({said.get('code')}: {said.get('message')}).", where=url)
    return held


def _get(session: requests.Session, url: str, query: Mapping[str, str]) -> requests.Response:
    try:
        answer = session.get(url, params=dict(query), timeout=SECONDS)
    except requests.exceptions.ChunkedEncodingError as error:
        raise _broken(url, "the connection broke off") from error
    except requests.RequestException as error:
        slow = "timed out" in str(error).lower()
        problem = (
            f"The server did not answer within {SECONDS} seconds." if slow else "There is no connection to the server."
        )
        raise DataError(
            problem, where=url, hint="Without a connection, ask for a mirror folder: CASEBOOK_MIRROR."
        ) from error
    if answer.status_code == 429:
        wait = answer.headers.get("Retry-After", "")
        later = f" It asks for {wait} seconds." if wait.isdigit() else ""
        raise DataError(f"The server has had too many questions from here (429).{later}", where=url, hint="Try later.")
    if not answer.ok:
        raise DataError(f"The server answered with {answer.status_code}.", where=url)
    answer.encoding = "utf-8"
    return answer


def _broken(url: str, what: str) -> DataError:
    return DataError(f"The answer is not complete and is not kept: {what}.", where=url, hint="Pull once more.")
