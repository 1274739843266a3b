"""What several charts of one report carry alike (borders, above all) is stored in the page once."""

from __future__ import annotations

import json
from typing import Any

LEAST = 2_000
"""Characters below which storing something twice costs less than pointing at it."""

ID = "cb-shared"
UNSHARE = (
    f"const S=JSON.parse(document.getElementById('{ID}')?.textContent||'[]');"
    "const unshare=o=>{for(const k in o){const v=o[k];if(v&&typeof v==='object'){"
    "if(Object.keys(v).length===1&&typeof v.cbShared==='number')o[k]=structuredClone(S[v.cbShared]);else unshare(v)}}};"
)
"""Puts the shared pieces back into a specification before it is drawn; each chart gets a copy of its own."""


def share(specs: list[dict[str, Any]]) -> list[Any]:
    """Replace geometry in the specifications by ``{"cbShared": n}`` and return the pieces, each once.

    Only what is drawn is touched: ``values`` of inline data that are one geometry object (a topology or a feature
    collection), not rows of figures.
    """
    pieces: list[Any] = []
    places: dict[str, int] = {}
    for spec in specs:
        _walk(spec, pieces, places)
    return pieces


def _walk(node: Any, pieces: list[Any], places: dict[str, int]) -> None:
    if isinstance(node, list):
        for item in node:
            _walk(item, pieces, places)
    elif isinstance(node, dict):
        values = node.get("values")
        if isinstance(values, dict) and "type" in values:
            text = json.dumps(values, sort_keys=True)
            if len(text) >= LEAST:
                if text not in places:
                    places[text] = len(pieces)
                    pieces.append(values)
                node["values"] = {"cbShared": places[text]}
        for item in node.values():
            _walk(item, pieces, places)


def as_script(pieces: list[Any]) -> str:
    """Return the pieces as a data block for the page; empty where nothing is shared. No sign in it can end the block."""
    if not pieces:
        return ""
    text = json.dumps(pieces, separators=(",", ":")).replace("<", "\\u003c")
    return f'<script type="application/json" id="{ID}">{text}</script>'
