"""Make the look-ups of British areas again from published files and the tables in ``by_hand/``.

    python data/sample/geography/build.py FOLDER

``FOLDER`` holds the published files as owner/repository/commit/path (see README.md). Written: ``gb_areas.csv``,
``gb_changes.csv``, ``gb_residents_2021.csv``, ``gb_aliases.csv`` and ``manifest-part.json``. The other tables of
this folder are written by hand.

The idea: the districts in force on 1 January 2009 are the blocks. Every later area, of whatever tier, is a set of
blocks, because every change since then joined whole blocks or moved a handful of homes. Two areas of any tier and
year can then be compared by their blocks. Whatever contradicts this in any of the files stops the build, unless it
is listed, with the reason, in ``compare.py``.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from compare import compare
from names import aliases
from parts import write_manifest
from sources import HERE, Published, by_hand, read_published

ONSVISUAL = {"merger": "merge", "new_code": "recode"}


@dataclass
class Record:
    """One area: its code, name, the systems it belongs to, first and last day, and its blocks."""

    code: str
    name: str
    systems: str
    start: str = ""
    end: str = ""
    blocks: set[str] = field(default_factory=set)


def all_changes(published: Published) -> list[dict[str, str]]:
    """Return every change of a lower-tier code: those by hand first, they say more than a code list can."""
    known = by_hand("gb_changes.csv")
    seen = {(row["from"], row["to"]) for row in known}
    for row in published.changes:
        authority = row["type"] in ONSVISUAL and row["oldcd"][:3] in ("E06", "E07", "E08", "S12")
        if authority and (row["oldcd"], row["newcd"]) not in seen:
            known.append(
                {"date": f"{row['start']}-04-01", "from": row["oldcd"], "to": row["newcd"], "note": "",
                 "kind": ONSVISUAL[row["type"]], "source": "ONSvisual changes.csv; geographr lookup_ltla_ltla"}
            )  # fmt: skip
    return sorted(known, key=lambda row: (row["date"], row["to"], row["from"]))


def lower_tier(published: Published, changes: list[dict[str, str]]) -> dict[str, Record]:
    """Return every lower-tier authority since 1 January 2009 with its blocks."""
    names: dict[str, str] = {row["code"]: row["name"] for row in by_hand("gb_districts_until_2009.csv")}
    for year in range(16, 25):
        names |= dict(zip(published.ltla[f"ltla{year}_code"], published.ltla[f"ltla{year}_name"], strict=True))
    same = [row for row in changes if row["kind"] == "boundary"]
    for row in same:  # codes that came after the years geographr covers
        names.setdefault(row["to"], names.get(row["from"], ""))
    for row in reversed(same):  # and those that were gone before
        names.setdefault(row["from"], names[row["to"]])
    moved = [row for row in changes if row["from"] != row["to"]]
    made = {row["to"] for row in moved}
    found = {code: Record(code, name, "gss-lower-tier", blocks={code} - made) for code, name in names.items()}
    for row in moved:
        old, new = found[row["from"]], found[row["to"]]
        assert old.blocks, f"{old.code} is used before it is made"
        old.end = (date.fromisoformat(row["date"]) - timedelta(days=1)).isoformat()
        new.start, new.blocks = row["date"], new.blocks | old.blocks
    return found


def counties() -> dict[str, Record]:
    """Return the county councils; the districts of each had consecutive numbers on 1 January 2009."""
    return {
        row["code"]: Record(
            row["code"], row["name"], "gss-upper-tier", end=row["ended"],
            blocks={f"E07{number:06d}" for number in range(int(row["first"]), int(row["last"]) + 1)},
        )
        for row in by_hand("gb_counties.csv")
    }  # fmt: skip


def wider(published: Published, lower: dict[str, Record]) -> dict[str, Record]:
    """Return regions and countries with their blocks, and codes that stand above authorities without being one."""
    found = {row["code"]: Record(row["code"], row["name"], row["systems"]) for row in by_hand("gb_wider.csv")}
    for layer, systems in (("rgn", "gss-region"), ("mcty", "wider"), ("cauth", "wider")):
        for code, about in published.layers[layer].items():
            if code in lower:  # two council areas of Scotland stand among the combined authorities
                continue
            found.setdefault(code, Record(code, str(about["areanm"]), systems))
    for code, (region, _) in published.region.items():
        found[region].blocks |= lower[code].blocks
    starts = {"E": "E92000001", "W": "W92000004", "S": "S92000003", "N": "N92000002"}
    for record in lower.values():
        found[starts[record.code[0]]].blocks |= record.blocks
    return found


def counted(blocks: set[str], residents: list[tuple[set[str], int]]) -> int | None:
    """Return the residents of an area, added up from the areas counted that lie in it; None when they leave gaps."""
    within = [(part, count) for part, count in residents if part <= blocks]
    return sum(count for _, count in within) if set().union(*(part for part, _ in within)) == blocks else None


def split_counties(upper: dict[str, Record], residents: list[tuple[set[str], int]]) -> list[dict[str, str]]:
    """Return what became of each county that ended: one authority in its place, or several with their shares."""
    rows = []
    for county in (record for record in upper.values() if record.code.startswith("E10") and record.end):
        day = (date.fromisoformat(county.end) + timedelta(days=1)).isoformat()
        heirs = [
            r
            for r in upper.values()
            if r.blocks & county.blocks and r is not county and r.start <= day <= (r.end or "9")
        ]
        for heir in sorted(heirs, key=lambda record: record.code):
            same = heir.blocks == county.blocks
            share, whole = counted(heir.blocks & county.blocks, residents), counted(county.blocks, residents)
            known = "ONSvisual changes.csv (end of the county)" if day > "2018" else "ONS Code History Database"
            rows.append(
                {"date": day, "from": county.code, "to": heir.code, "kind": "recode" if same else "split",
                 "note": "the county council became a unitary authority" if same else "",
                 "share": "1" if same else f"{share / whole:.6f}" if share and whole else "",
                 "source": f"{known}; shares: Census 2021 residents"}
            )  # fmt: skip
    return rows


def main(mirror: Path) -> None:
    """Read, build, compare, write."""
    published = read_published(mirror)
    changes = all_changes(published)
    lower = lower_tier(published, changes)
    upper = {code: Record(r.code, r.name, "gss-upper-tier", r.start, r.end, r.blocks)
             for code, r in lower.items() if code[:3] != "E07"} | counties()  # fmt: skip
    records: dict[str, Record] = {}
    for record in (*lower.values(), *upper.values(), *wider(published, lower).values()):
        twice = records.get(record.code)
        systems = f"{twice.systems} {record.systems}" if twice else record.systems
        records[record.code] = Record(record.code, record.name, systems, record.start, record.end, record.blocks)
    compare(published, lower, upper, records)

    residents = [(lower[code].blocks, count) for code, count in published.residents.items()]
    for row in changes:
        row["share"] = "1"
    changes = sorted([*changes, *split_counties(upper, residents)], key=lambda r: (r["date"], r["from"], r["to"]))
    write("gb_areas.csv", ["code", "name", "systems", "from", "to", "blocks"], [
        [r.code, r.name, r.systems, r.start, r.end, " ".join(sorted(r.blocks))] for _, r in sorted(records.items())
    ])  # fmt: skip
    write("gb_changes.csv", ["date", "from", "from_name", "to", "to_name", "kind", "share", "note", "source"], [
        [r["date"], r["from"], records[r["from"]].name, r["to"], records[r["to"]].name, r["kind"], r["share"],
         r["note"], r["source"]] for r in changes
    ])  # fmt: skip
    write("gb_residents_2021.csv", ["code", "residents"], sorted(published.residents.items()))
    write("gb_aliases.csv", ["alias", "codes", "kind", "note"], aliases(published, records))
    write_manifest()
    tiers = defaultdict(int)
    for record in records.values():
        for system in record.systems.split():
            tiers[system] += not record.end
    print(dict(tiers), len(changes), "changes")


def write(name: str, header: list[str], rows: object) -> None:
    """Write one table: UTF-8, commas, line feeds."""
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]))
