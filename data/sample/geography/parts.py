"""The list of this folder's files for the manifest of the sample data."""

from __future__ import annotations

import hashlib
import json

from sources import HERE

OGL = "Open Government Licence v3.0"
ONS = "Office for National Statistics"
UK = "ONSvisual/uk-topojson; humaniverse/geographr; mySociety uk_local_authority_names_and_codes (CC-BY 4.0)"
MIT = "MIT (with this project)"
HAND = "written for this project from"
ABOUT = {
    "gb_areas.csv": (OGL, f"{ONS}, names and codes of areas, re-tabulated from {UK}; tables in by_hand"),
    "gb_changes.csv": (OGL, f"{ONS}, Code History Database, re-tabulated from {UK}; tables in by_hand"),
    "gb_residents_2021.csv": (OGL, f"{ONS}, Census 2021, usual residents, by humaniverse/demographr"),
    "gb_aliases.csv": (
        f"CC-BY 4.0 (mySociety); the rest {MIT}",
        "mySociety, uk_local_authority_names_and_codes, spellings that a rule does not cover; by_hand/gb_aliases.csv",
    ),
    "by_hand/gb_districts_until_2009.csv": (OGL, f"{HAND} {ONS}, Code History Database"),
    "by_hand/gb_changes.csv": (OGL, f"{HAND} the orders named in it and {ONS}, Code History Database"),
    "by_hand/gb_counties.csv": (OGL, f"{HAND} {ONS}, names and codes of areas"),
    "by_hand/gb_wider.csv": (OGL, f"{HAND} {ONS}, names and codes of areas"),
    "by_hand/gb_aliases.csv": (MIT, f"{HAND} common usage; Welsh names as the councils write them"),
    "countries.csv": (MIT, f"{HAND} ISO 3166-1 codes; names as UK official statistics use them"),
    "country_aliases.csv": (MIT, f"{HAND} common usage and the labels of the tables the cases use"),
    "india_areas.csv": (
        MIT,
        f"{HAND} Census of India 2011 state numbers; Andhra Pradesh Reorganisation Act 2014; Jammu and Kashmir "
        "Reorganisation Act 2019; Dadra and Nagar Haveli and Daman and Diu (Merger of Union Territories) Act 2019",
    ),
    "india_aliases.csv": (MIT, f"{HAND} common usage"),
    "kenya_areas.csv": (MIT, f"{HAND} Constitution of Kenya 2010, First Schedule (47 counties)"),
    "kenya_aliases.csv": (MIT, f"{HAND} common usage"),
    "nepal_areas.csv": (
        MIT,
        f"{HAND} Constitution of Nepal 2015, Schedule 4; Government of Nepal, Central Bureau of Statistics, National "
        "Economic Census 2018, code of province and district",
    ),
    "nepal_aliases.csv": (MIT, f"{HAND} common usage; names of provinces before they were chosen"),
}  # fmt: skip


def write_manifest() -> None:
    """Write ``manifest-part.json``: hash, size, rows, licence and origin of every table of this folder."""
    entries = []
    for name, (licence, origin) in sorted(ABOUT.items()):
        data = (HERE / name).read_bytes()
        entries.append(
            {"path": f"geography/{name}", "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data),
             "rows": data.count(b"\n") - 1, "licence": licence, "origin": origin, "synthetic": False}
        )  # fmt: skip
    text = json.dumps(entries, indent=2, ensure_ascii=False) + "\n"
    (HERE / "manifest-part.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_manifest()
