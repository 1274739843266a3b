"""``ledger.json``: every output of a report, from which table, under which policy, and whether it may leave."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from textwrap import shorten
from typing import Any

from shared.batch import executed
from shared.batch.json_text import json_text
from shared.errors import RunError
from shared.protect.ledger import LEDGER_MIME, says_hidden, small_figures, small_public

VERSION = 1
CHARTS = "application/vnd.vegalite."
SMALL_NUMBER = re.compile(r"(?<![\w.,/:–-])[1-9](?![\w.,/:%–-])")
"""A number from 1 to 9 that stands by itself in words typed by hand: it may be a count of people."""
EMPTY: dict[str, Any] = {"policy": "", "facts": [], "measured": {}, "change": "", "people": [], "counted": []}


def take_ledger(notebook: Any, *, slug: str, before: str = "") -> str:
    """Take what the blocks hand over out of an executed notebook and return the text of ``ledger.json``.

    ``before`` is the ledger of the run whose outputs are shown again under new prose: its tables are kept, its outputs
    listed again. The same notebook gives the same text. Raises ``RunError`` when a study hands over twice.
    """
    held = executed.take(notebook, LEDGER_MIME)
    if before:
        old = json.loads(before)
        tables, study = {entry["id"]: entry for entry in old["tables"]}, {name: old[name] for name in EMPTY}
    else:
        tables = {entry["id"]: entry for one in held if isinstance(one, list) for entry in one}
        studies = [one for one in held if isinstance(one, dict)]
        if len(studies) > 1:
            raise RunError("The notebook handed over two ledgers.", hint="study.reproduce() must be shown once.")
        study = studies[0] if studies else EMPTY
    outputs = list(_outputs(notebook, tables))
    content = {"version": VERSION, "case": slug, **study, "outputs": outputs, "tables": list(tables.values())}
    return json_text(content) + "\n"


def _outputs(notebook: Any, tables: Mapping[str, Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield one entry for each cell of words and each output, in the order of the report."""
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        if cell.cell_type == "markdown":
            yield _words(cell, tags)
            continue
        if executed.is_injected(cell) or "remove-cell" in tags:
            continue
        for number, output in enumerate(cell.get("outputs", []), start=1):
            if not (shown := dict(output.get("data", {}))) and output.get("output_type") == "display_data":
                continue
            kind, ids, why = _what(output, shown, tables)
            found = [tables[i] for i in ids if i in tables]
            title = _title(kind, shown, found)
            yield _entry(f"{cell['id']}/{number}", cell["id"], kind, title, ids, found, why, shown or output)


def _words(cell: Any, tags: list[str]) -> dict[str, Any]:
    title = next((line.lstrip("# ").strip() for line in cell.source.splitlines() if line.startswith("#")), "Words")
    status, why = "pass", ""
    if "core" not in tags and SMALL_NUMBER.search(re.sub(r"(?m)^\s*\d+\.\s", "", cell.source)):
        status, why = "review", "Words typed by hand with a number from 1 to 9: is it a count of people?"
    if "data:image" in cell.source:
        status, why = "review", "A picture that no check can read."
    return {
        "id": str(cell["id"]), "cell": str(cell["id"]), "kind": "words", "title": title, "tables": [], "policy": "",
        "done": "Typed by hand.", "status": status, "why": why, "checksum": _checksum(cell.source),
    }  # fmt: skip


def _what(output: Any, shown: Mapping[str, Any], tables: Mapping[str, Mapping[str, Any]]) -> tuple[str, list[str], str]:
    """Return the kind of an output, the ids of its tables, and why it cannot leave ("" if nothing is against it)."""
    if output.get("output_type") == "error":
        return "error", [], "An error is no part of a report."
    if output.get("output_type") == "stream":
        return "printed text", [], "Printed text has not been through protection: show it with a block instead."
    chart = next((mime for mime in shown if mime.startswith(CHARTS)), None)
    if chart is not None:
        named = [str(i) for i in shown[chart].get("usermeta", {}).get("ledger", [])]
        ids = [entry["id"] for entry in tables.values() if {entry["id"], entry["root"]} & set(named)]
        kind = (
            "map"
            if "mark_geoshape" in json.dumps(shown[chart]) or '"geoshape"' in json.dumps(shown[chart])
            else "chart"
        )
        return kind, ids, "" if ids else "The table behind this chart is nowhere in the report."
    markup = shown.get("text/html", "")
    markup = "".join(markup) if isinstance(markup, list) else str(markup)
    if markup:
        ids = list(dict.fromkeys(re.findall(r'data-ledger="([^"]+)"', markup)))
        if "<table" in markup and (len(re.findall(r"<table[ >]", markup)) != len(re.findall("data-ledger=", markup))):
            return "table", ids, "A table without an entry in the ledger."
        missing = [i for i in ids if i not in tables]
        return "table" if ids else "text", ids, "A table without an entry in the ledger." if missing else ""
    if any(mime.startswith("image/") for mime in shown):
        return "picture", [], "A picture that no check can read: draw it with a chart function instead."
    return "printed text", [], "Printed text has not been through protection: show it with a block instead."


def _title(kind: str, shown: Mapping[str, Any], found: list[Mapping[str, Any]]) -> str:
    if found:
        return "; ".join(dict.fromkeys(str(entry["title"]) for entry in found))
    plain = shown.get("text/plain", "") if kind == "text" else ""
    line = ("".join(plain) if isinstance(plain, list) else str(plain)).strip().split("\n", 1)[0]
    return shorten(re.sub(r"\\(?=\W)", "", line), 80, placeholder=" …") or kind.capitalize()


def _entry(
    name: str, cell: str, kind: str, title: str, ids: list[str], found: list[Mapping[str, Any]], why: str, content: Any
) -> dict[str, Any]:
    status = "refused" if why else "pass"
    if not why and any(small_figures(entry) or says_hidden(entry) for entry in found):
        status, why = "refused", "A figure below the policy's threshold is shown."
    if not why and (doubtful := [e for e in found if small_public(e)]):
        titles = "; ".join(dict.fromkeys(str(e["title"]) for e in doubtful))
        status, why = (
            "review",
            f"Small counts that are said to be published already, or to describe no person: {titles}.",
        )
    policies = list(dict.fromkeys(str(entry["policy"]) for entry in found))
    done = list(dict.fromkeys(line for entry in found for line in entry["done"]))
    return {
        "id": name, "cell": str(cell), "kind": kind, "title": title, "tables": ids, "policy": ", ".join(policies),
        "done": " ".join(done) or "Words and figures that were protected when they were measured.", "status": status,
        "why": why, "checksum": _checksum(content),
    }  # fmt: skip


def _checksum(content: Any) -> str:
    text = content if isinstance(content, str) else json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
