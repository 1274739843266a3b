"""Other names of British areas: those written by hand, and the spellings that mySociety collected."""

from __future__ import annotations

from typing import Protocol

from sources import Published, by_hand

from shared.sources.geography.words import plain_name


class Named(Protocol):
    """What is needed of an area."""

    code: str
    name: str


def aliases(published: Published, records: dict[str, Named]) -> list[list[str]]:
    """Return alias, codes, kind, note: by hand first; of mySociety's only what the rules of spelling do not cover.

    Spellings that lost their accents on the way are left out, and so are combined authorities.
    """
    rows = [[row["alias"], row["codes"], row["kind"], row["note"]] for row in by_hand("gb_aliases.csv")]
    seen = {plain_name(row[0].encode("ascii", "ignore").decode()) for row in rows}  # lost their accents
    seen |= {plain_name(row[0]) for row in rows} | {plain_name(record.name) for record in records.values()}
    gss = {row["local-authority-code"]: row["gss-code"] for row in published.councils}
    for row in sorted(published.names, key=lambda row: row["la-name"]):
        name, code = row["la-name"].strip(), gss.get(row["local-authority-code"], "")
        key = plain_name(name)
        if code not in records or code.startswith("E47") or key in seen or "\ufffd" in name or "ï" in name:
            continue
        seen.add(key)
        rows.append([name, code, "other name", "mySociety"])
    return rows
