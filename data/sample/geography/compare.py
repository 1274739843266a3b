"""Every published file held against the areas and changes that were built; a contradiction stops the build."""

from __future__ import annotations

from typing import Protocol

from sources import Published

STRAY = {"S12000044", "S12000046", "S12000049", "S12000050"}
KNOWN = {
    "ONSvisual draws Glasgow and North Lanarkshire by their codes until 2019",  # the new ones: combined authorities
    "geographr crosses Fife and Perth and Kinross",  # 2017 -> 2018: each old code is paired with both new ones
    "mySociety puts Forest Heath in Surrey",  # it lay in Suffolk
    "ONSvisual calls E07000083 North Gloucestershire",  # the council gave the name up in January 2025
}


class Area(Protocol):
    """What is compared of an area."""

    code: str
    name: str
    start: str
    end: str
    blocks: set[str]


def in_force(areas: dict[str, Area], year: int) -> dict[str, Area]:
    """Return the areas in force on 31 December of a year."""
    day = f"{year}-12-31"
    return {code: area for code, area in areas.items() if area.start <= day <= (area.end or "9999")}


def compare(published: Published, lower: dict[str, Area], upper: dict[str, Area], every: dict[str, Area]) -> None:
    """Stop with a list of contradictions that are not among those known."""
    found = {
        *_lists(published, lower, upper), *_years(published, lower), *_tiers(published, lower, upper),
        *_names(published, every), *_councils(published, every), *_blocks(lower, upper, every),
    }  # fmt: skip
    for line in sorted(found & KNOWN):
        print("known:", line)
    if found - KNOWN or KNOWN - found:
        raise SystemExit("\n".join(["The files contradict each other:", *sorted(found ^ KNOWN)]))


def _lists(published: Published, lower: dict[str, Area], upper: dict[str, Area]) -> set[str]:
    """Every code is in the lists of the years it is said to be in force, and in no other."""
    found = {
        "ONSvisual draws Glasgow and North Lanarkshire by their codes until 2019"
        for code in STRAY
        if code in published.layers["ltla"] and "end" not in published.layers["ltla"][code]
    }
    for year in range(2016, 2025):
        listed = set(published.ltla[f"ltla{year % 100}_code"])
        for code in listed ^ set(in_force(lower, year)):
            found.add(f"geographr and the table differ on {code} in {year}")
    for layer, areas in (("ltla", lower), ("utla", upper)):
        for code, about in published.layers[layer].items():
            start, end = about.get("start"), about.get("end")
            area = areas.get(code)
            if code in STRAY:
                continue
            if area is None or (start and area.start[:4] != str(start)):
                found.add(f"ONSvisual starts {code} in {start}")
            elif (end is None) != (area.end == "") or (end is not None and area.end[:4] != str(int(str(end)) + 1)):
                found.add(f"ONSvisual ends {code} in {end}, the table on {area.end or 'no day'}")
        missing = set(in_force(areas, 2025)) - set(published.layers[layer])
        found |= {f"ONSvisual does not draw {code}" for code in missing - STRAY}
    return found


def _years(published: Published, lower: dict[str, Area]) -> set[str]:
    """Codes that geographr puts side by side share a block."""
    found = set()
    for first in range(16, 24):
        pairs = published.ltla[[f"ltla{first}_code", f"ltla{first + 1}_code"]].drop_duplicates()
        for old, new in pairs.itertuples(index=False):
            if not lower[old].blocks & lower[new].blocks:
                crossed = {old, new} <= {"S12000015", "S12000024", "S12000047", "S12000048"}
                found.add("geographr crosses Fife and Perth and Kinross" if crossed else f"geographr: {old} -> {new}")
    return found


def _tiers(published: Published, lower: dict[str, Area], upper: dict[str, Area]) -> set[str]:
    return {
        f"geographr puts {code} in {above} in {year}"
        for year, pairs in published.upper.items()
        for code, above in pairs.items()
        if above in upper and not lower[code].blocks <= upper[above].blocks
    }


def _names(published: Published, every: dict[str, Area]) -> set[str]:
    found = set()
    for layer in ("ltla", "utla", "cty", "rgn", "ctry"):
        for code, about in published.layers[layer].items():
            if str(about["areanm"]).strip() != every[code].name:
                found.add(f"ONSvisual calls {code} {about['areanm']}")
    return found


def _councils(published: Published, every: dict[str, Area]) -> set[str]:
    """mySociety dates the end of a council one day earlier or later than the order; the year must agree."""
    found = set()
    code_of = {row["local-authority-code"]: row["gss-code"] for row in published.councils}
    for row in published.councils:
        area = every.get(row["gss-code"])
        if not row["gss-code"] or row["gss-code"].startswith("E47"):
            continue
        if area is None:
            found.add(f"mySociety lists {row['gss-code']} {row['nice-name']}")
            continue
        later = area.start[:4] > "2024" or area.end[:4] > "2024"
        if bool(row["end-date"]) != bool(area.end) and not later:
            found.add(f"mySociety ends {area.code} on {row['end-date'] or 'no day'}")
        if row["end-date"] and row["end-date"][:4] != area.end[:4]:
            found.add(f"mySociety ends {area.code} in another year")
        county = every.get(code_of.get(row["county-la"], ""))
        if county is not None and not area.blocks <= county.blocks:
            forest = area.code == "E07000201" and county.code == "E10000030"
            found.add(
                "mySociety puts Forest Heath in Surrey" if forest else f"mySociety puts {area.code} in {county.code}"
            )
        for heir in filter(None, row["replaced-by"].split(",")):
            if not every[code_of[heir]].blocks & area.blocks:
                found.add(f"mySociety replaces {area.code} by {code_of[heir]}")
        for former in filter(None, row["former-gss-codes"].split(",")):
            if former in every and every[former].blocks != area.blocks:
                found.add(f"mySociety gives {former} for {area.code}")
    return found


def _blocks(lower: dict[str, Area], upper: dict[str, Area], every: dict[str, Area]) -> set[str]:
    """In every year the authorities of each tier cover all blocks once, and the regions cover Great Britain."""
    blocks = {block for area in lower.values() for block in area.blocks}
    regions = {code: a for code, a in every.items() if code[:3] in ("E12", "W92", "S92", "N92")}
    found = set()
    for year in range(2008, 2026):
        for tier, areas in (("lower", lower), ("upper", upper), ("region", regions)):
            held = [block for area in in_force(areas, year).values() for block in area.blocks]
            if sorted(held) != sorted(blocks):
                found.add(f"{tier} areas of {year} do not hold every block once")
    return found
