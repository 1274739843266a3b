"""The contents list of a report: its headings, collected; folded on a phone, beside the text on a desk."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HEADING = re.compile(r'<h([23]) id="([^"]*)">(.*?)</h\1>', re.S)
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Entry:
    """One heading: its level (2 or 3), its id in the page, and its words (already escaped)."""

    level: int
    id: str
    words: str


def with_contents(body_html: str) -> str:
    """Return the body with a contents list beside it; headings with the same words get ids of their own."""
    entries: list[Entry] = []
    taken: dict[str, int] = {}

    def numbered(found: re.Match[str]) -> str:
        level, name, words = int(found[1]), found[2], found[3]
        taken[name] = taken.get(name, 0) + 1
        name = name if taken[name] == 1 else f"{name}-{taken[name]}"
        entries.append(Entry(level, name, _TAG.sub("", words)))
        return f'<h{level} id="{name}">{words}</h{level}>'

    body = _HEADING.sub(numbered, body_html)
    if not entries:
        return f'<div class="content">{body}</div>'
    items = _items(entries)
    nav = f'<nav aria-label="Contents">{items}</nav>'
    return (
        '<div class="with-contents">'
        f'<details class="contents contents-folded"><summary>Contents</summary>{nav}</details>'
        f'<nav class="contents contents-beside" aria-label="Contents"><p>Contents</p>{items}</nav>'
        f'<div class="content">{body}</div></div>'
    )


def _items(entries: list[Entry]) -> str:
    """Return a nested list: third-level headings under their second-level one."""
    made: list[str] = []
    below: list[str] = []

    def close() -> None:
        if made:
            inside = f"<ol>{''.join(below)}</ol>" if below else ""
            made[-1] += f"{inside}</li>"
        below.clear()

    for entry in entries:
        link = f'<a href="#{entry.id}">{entry.words}</a>'
        if entry.level == 3 and made:
            below.append(f"<li>{link}</li>")
        else:
            close()
            made.append(f"<li>{link}")
    close()
    return f"<ol>{''.join(made)}</ol>"
