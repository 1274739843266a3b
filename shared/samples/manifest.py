"""The list of everything in ``data/sample``: what it is, whose, under which licence, and whether it is made up."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

OGL = "Open Government Licence v3.0"
MIT = "MIT (with this project)"
CENSUS_EW = "Office for National Statistics, Census 2021"
CENSUS_INDIA = "Registrar General and Census Commissioner of India, Census 2011, Primary Census Abstract"
KENYA = "Kenya National Bureau of Statistics, 2019 Kenya Population and Housing Census, volume I"
PUBLISHED = "published official statistics, reuse with acknowledgement of the source"

REFERENCE: dict[str, tuple[str, str]] = {  # file -> (origin, licence)
    "census2021_upper_tier.csv": (f"{CENSUS_EW}, re-tabulated by upper-tier authority", OGL),
    "population_mid2020_upper_tier.csv": ("Office for National Statistics, mid-2020 population estimates", OGL),
    "india_census2011_state.csv": (CENSUS_INDIA, PUBLISHED),
    "kenya_census2019_county.csv": (KENYA, PUBLISHED),
    "census2021_gypsy_roma_traveller.csv": (f"{CENSUS_EW}; columns added up by shared.samples.reference", OGL),
    "india_census2011_scheduled.csv": (f"{CENSUS_INDIA}; columns added up by shared.samples.reference", PUBLISHED),
    "codes_to_state_2011.csv": (f"{CENSUS_INDIA}, numbers of states; Telangana added", PUBLISHED),
    "india_state_names.csv": (f"{CENSUS_INDIA}, numbers and names of states; Telangana added", PUBLISHED),
    "codes_to_region.csv": (f"{CENSUS_EW}, names and codes of areas; older and newer codes added", OGL),
    "codes_to_authority_2021.csv": (f"{CENSUS_EW}, codes of areas; exact successors of 2023 added", OGL),
}


def rows_in(path: Path) -> int | None:
    """Return the number of records of a CSV file (without its header); None for other files."""
    if path.suffix != ".csv":
        return None
    with path.open(encoding="utf-8", newline="") as lines:
        return sum(1 for _ in csv.reader(lines)) - 1


def entry(sample: Path, path: Path, **about: Any) -> dict[str, Any]:
    """Describe one file below ``sample``."""
    content = path.read_bytes()
    told: dict[str, Any] = {
        "path": path.relative_to(sample).as_posix(),
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
    }
    if (rows := rows_in(path)) is not None:
        told["rows"] = rows
    return told | about


def manifest(sample: Path, seeds: dict[str, int]) -> list[dict[str, Any]]:
    """Describe every data file of ``sample``; ``seeds`` names the folders of synthetic cases.

    A folder with a list of its own (``manifest-part.json``: path, origin, licence, synthetic) is taken in as listed
    there, with the hashes worked out anew.
    """
    found = []
    for name, (origin, licence) in REFERENCE.items():
        found.append(
            entry(sample, sample / "reference" / name, origin=origin, licence=licence, synthetic=False, seed=None)
        )
    for slug, seed in seeds.items():
        origin = f"made up by shared.samples for the example case {slug}; no real person, household or organisation"
        for path in sorted((sample / slug).iterdir()):
            found.append(entry(sample, path, origin=origin, licence=MIT, synthetic=True, seed=seed))
    for part in sorted(sample.glob("*/manifest-part.json")):
        for told in json.loads(part.read_text(encoding="utf-8")):
            found.append(told | {"seed": None} | entry(sample, sample / told["path"]))
            if "areas_table" in told:
                about = {key: told[key] for key in ("origin", "licence", "synthetic")}
                found.append(entry(sample, sample / told["areas_table"], **about, seed=None))
    return sorted(found, key=lambda told: str(told["path"]))
