"""The intervals around representativeness hold the planted truth in at least 90 of 100 replicates (fixed seeds).

Each replicate draws records from a population of known make-up (``shared.samples.selection``); the casework case
study then measures them by its own margins, with the population's cells in the place of the census. Truth belongs
to the chances of inclusion, not to the draw.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from shared.cases.load import load_case
from shared.cases.model import CaseStudy
from shared.cases.project import find_project
from shared.measures.indicators.context import Context
from shared.measures.indicators.coverage import rep_3, rep_4
from shared.measures.indicators.inclusion_rates import rep_5
from shared.measures.indicators.selection import rep_10
from shared.samples.reference import AGES, read_figures
from shared.samples.selection import Cells, draw_cells, population_cells, replicate
from shared.sources.prepare import Prepared

REPLICATES = 100
ENOUGH = 90
MARGINS = {"sex": "sex", "age-group": "band", "region": "region"}  # margin of the case study -> column of the cells


def reference(cells: Cells) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The population's cells, laid out like the census table and the age table of the case study."""
    by_area = cells.frame.groupby(["area", "region"], sort=False)["N"].sum().reset_index()
    sexes = cells.frame.pivot_table(index="area", columns="sex", values="N", aggfunc="sum").loc[by_area["area"]]
    bands = cells.frame.pivot_table(index="area", columns="band", values="N", aggfunc="sum").loc[by_area["area"]]
    census = pd.DataFrame(
        {
            "utla21_code": by_area["area"], "utla21_name": by_area["area"], "region21_name": by_area["region"],
            "usual_residents": by_area["N"], "born_outside_uk": by_area["N"],
            "females": sexes["Female"].to_numpy(), "males": sexes["Male"].to_numpy(),
        }
    )  # fmt: skip
    ages = {column: bands[band].to_numpy() for band, column in AGES.items()}
    return census, pd.DataFrame({"utla21_code": by_area["area"], **ages})


def records(cells: Cells, case: CaseStudy, seed: int) -> pd.DataFrame:
    """One draw as records: what the margins need is filled in, every other column is empty."""
    rows = cells.frame.loc[np.repeat(np.arange(len(cells.frame)), draw_cells(cells, seed))].reset_index(drop=True)
    empty = pd.Series([None] * len(rows), dtype="str")
    frame = pd.DataFrame(dict.fromkeys(case.sources["records"].columns, empty))
    return frame.assign(sex=rows["sex"], age_group=rows["band"], region=rows["region"], authority_2021=rows["area"])


@pytest.fixture(scope="module")
def covered(root: Path) -> dict[str, int]:
    """How many of the replicates' intervals hold the truth, by what was measured."""
    cells = population_cells(read_figures(root), seed=20_250_401)
    case = load_case(find_project(root), "refugee-casework")
    people = int(cells.frame["N"].sum())
    women = int(cells.frame.loc[cells.frame["sex"] == "Female", "N"].sum())
    told = next(e for e in case.estimates if e.id == "women")
    told = told.model_copy(update={"official": women / people, "population": people})
    case = case.model_copy(update={"estimates": (told,)})
    census, ages = reference(cells)

    known = {name: replicate(cells, column, seed=0) for name, column in MARGINS.items()}
    found: dict[str, int] = {}

    def hit(name: str, low: float | None, high: float | None, truth: float) -> None:
        assert low is not None
        assert high is not None
        found[name] = found.get(name, 0) + (low <= truth <= high)

    for seed in range(REPLICATES):
        frames = {"records": records(cells, case, seed), "census": census, "mid-2020": ages}
        prepared = Prepared(case, {}, frames, (), None, ())
        context = Context(case, prepared, as_of=case.dates.assessed_on, draws=400, seed=seed)

        distance, worst, spread = rep_3(context), rep_4(context), rep_5(context)
        for name, truth in known.items():
            for measure, value, what in (
                (distance, truth.true_dissimilarity, "dissimilarity"),
                (spread, truth.true_cv, "variation of inclusion"),
            ):
                one = next(p for p in measure.parts if p.key == name)
                hit(f"{what}, {name}", one.low, one.high, value)
        mean = float(np.mean([truth.true_dissimilarity for truth in known.values()]))
        hit("dissimilarity, mean", distance.low, distance.high, mean)
        hit("worst group", worst.low, worst.high, min(truth.true_smallest_ratio for truth in known.values()))
        hit("largest variation", spread.low, spread.high, max(truth.true_cv for truth in known.values()))
        defect = next(p for p in rep_10(context).parts if p.key == "women/ddc")
        hit("data defect correlation", defect.low, defect.high, known["sex"].true_defect)
    return found


@pytest.mark.slow
def test_intervals_hold_the_planted_truth(covered: dict[str, int]) -> None:
    assert len(covered) == 10
    assert {name: n for name, n in covered.items() if n < ENOUGH} == {}


@pytest.mark.slow
def test_intervals_are_not_wide_enough_to_hold_anything(covered: dict[str, int]) -> None:
    """A 95 % interval that never misses would be far too wide: at least half of them miss now and then."""
    assert sum(n < REPLICATES for n in covered.values()) >= 5
