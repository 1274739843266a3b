"""Write the shipped sample data again: ``python -m shared.samples [--root FOLDER] [--to FOLDER]``."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pandas as pd

from shared.errors import DataMissing
from shared.samples import casework, hotspots, traveller
from shared.samples.manifest import manifest
from shared.samples.reference import (
    FOLDER,
    read_figures,
    regions,
    same_areas,
    same_states,
    scheduled_population,
    state_names,
    traveller_population,
)  # fmt: skip

CASES = {"refugee-casework": casework, "traveller-survey": traveller, "hotspots-india": hotspots}
SEEDS = {slug: module.SEED for slug, module in CASES.items()}


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write UTF-8, commas, line feeds: the same bytes on every machine."""
    frame.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def write_json(content: Any, path: Path) -> None:
    """Write JSON that reads well and diffs well."""
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


def write_tables(root: Path, to: Path) -> None:
    """Write the derived reference tables and the files of the three synthetic cases below ``to``.

    ``root`` is the project (its reference figures are read); ``to`` is laid out like ``data/sample``. Raises
    ``DataMissing`` when ``root`` has no reference figures.
    """
    if not (root / FOLDER).is_dir():
        raise DataMissing(
            "The reference figures are not there.", where=str(FOLDER), hint="Run this in the project's folder."
        )
    figures = read_figures(root)
    derived = to / "reference"
    derived.mkdir(parents=True, exist_ok=True)
    write_csv(traveller_population(figures), derived / "census2021_gypsy_roma_traveller.csv")
    write_csv(scheduled_population(figures), derived / "india_census2011_scheduled.csv")
    write_csv(regions(figures), derived / "codes_to_region.csv")
    write_csv(same_areas(figures), derived / "codes_to_authority_2021.csv")
    write_csv(same_states(figures), derived / "codes_to_state_2011.csv")
    write_csv(state_names(figures), derived / "india_state_names.csv")
    for slug, module in CASES.items():
        folder = to / slug
        folder.mkdir(parents=True, exist_ok=True)
        tables, truth = module.generate(figures)
        for name, table in tables.items():
            write_csv(table, folder / name)
        about = "what each indicator must come to, from the generator's own book; record counts are after consent"
        write_json({"case": slug, "seed": SEEDS[slug], "about": about, "indicators": truth}, folder / "truth.json")


def main() -> None:
    """Write all sample data and, in the project itself, the manifest."""
    parser = argparse.ArgumentParser(prog="python -m shared.samples", description=__doc__)
    parser.add_argument("--root", type=Path, default=Path.cwd(), help="the project's folder (default: here)")
    parser.add_argument("--to", type=Path, help="write below this folder instead of data/sample, without manifest")
    asked = parser.parse_args()
    write_tables(asked.root, asked.to or asked.root / "data/sample")
    if asked.to is None:
        sample = asked.root / "data/sample"
        write_json(manifest(sample, SEEDS), sample / "manifest.json")


if __name__ == "__main__":
    main()
