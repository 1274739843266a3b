"""The planted selection: who of a population of known make-up finds the way into the example charity's records.

Population cells are authority x sex x age band: residents born outside the UK (Census 2021), spread over sex as in
the census and over age as in mid-2020. The chance of being recorded is a product of one factor each for region,
authority, sex and age, so every true inclusion rate is known.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from shared.samples.reference import AGES, Figures

REGION = {
    "North East": 1.35, "North West": 1.3, "Yorkshire and The Humber": 1.3, "East Midlands": 1.0,
    "West Midlands": 1.2, "East of England": 0.8, "London": 0.9, "South East": 0.75, "South West": 0.85, "Wales": 1.2,
}  # fmt: skip
SEX = {"Female": 0.84, "Male": 1.16}
AGE = {
    "0-15": 0.85, "16-24": 1.3, "25-34": 1.45, "35-49": 1.15, "50-64": 0.75, "65-74": 0.55, "75 and over": 0.45,
}  # fmt: skip
NOT_SERVED = (  # no office, no outreach: nobody living here can be in the records
    "E06000053", "E06000017", "E09000001", "E06000046", "E06000019", "E06000051", "E06000057", "W06000001",
    "W06000002", "W06000008", "W06000023",
)  # fmt: skip
AREA_SPREAD = 0.2  # standard deviation of the logarithm of the authority's own factor
EXPECTED = 19_620  # records expected in one draw


@dataclass(frozen=True)
class Cells:
    """Population cells: ``frame`` has area, region, sex, band, N (persons) and rate (true chance of inclusion)."""

    frame: pd.DataFrame

    def by(self, column: str) -> pd.DataFrame:
        """Return N, the expected records and the true mean rate of each group of one column."""
        frame = self.frame.assign(expected=self.frame["N"] * self.frame["rate"])
        groups = frame.groupby(column, sort=False)[["N", "expected"]].sum()
        return groups.assign(rate=groups["expected"] / groups["N"])


def population_cells(figures: Figures, seed: int) -> Cells:
    """Build the cells; ``seed`` fixes the authorities' own factors and nothing else."""
    census, ages = figures.census, figures.ages.loc[figures.census.index]
    rng = np.random.default_rng(seed)
    own = np.exp(AREA_SPREAD * rng.standard_normal(len(census)))
    own[census.index.isin(NOT_SERVED)] = 0.0
    parts = []
    for sex, column in (("Female", "females"), ("Male", "males")):
        share_of_sex = census[column] / (census["females"] + census["males"])
        for band, age_column in AGES.items():
            share_of_age = ages[age_column] / ages[list(AGES.values())].sum(axis=1)
            persons = (census["born_outside_uk"] * share_of_sex * share_of_age).round().astype("int64")
            chance = census["region21_name"].map(REGION).to_numpy(dtype=float) * own * SEX[sex] * AGE[band]
            parts.append(
                pd.DataFrame(
                    {"area": census.index, "region": census["region21_name"].to_numpy(), "sex": sex, "band": band,
                     "N": persons.to_numpy(), "rate": chance}
                )
            )  # fmt: skip
    frame = pd.concat(parts, ignore_index=True)
    frame["rate"] *= EXPECTED / (frame["N"] * frame["rate"]).sum()
    return Cells(frame)


def draw_cells(cells: Cells, seed: int) -> npt.NDArray[np.int64]:
    """Draw once: in each cell every person is recorded or not, independently, with the cell's chance."""
    frame = cells.frame
    drawn = np.random.default_rng(seed).binomial(frame["N"].to_numpy(), frame["rate"].to_numpy())
    return drawn.astype(np.int64)


@dataclass(frozen=True)
class Replicate:
    """One draw from the planted selection, seen through one margin (groups in fixed order).

    ``records`` and ``population`` are counts by group; the ``true_`` values belong to the chances, not to the draw.
    ``women`` is the number of records of women: with ``women_in_population`` it gives the data defect correlation
    of being in the records with being a woman, whose expected value is ``true_defect``.
    """

    groups: tuple[str, ...]
    records: npt.NDArray[np.int64]
    population: npt.NDArray[np.int64]
    rates: npt.NDArray[np.float64]
    true_cv: float
    true_dissimilarity: float
    true_smallest_ratio: float
    women: int
    women_in_population: int
    true_defect: float


def replicate(cells: Cells, column: str, seed: int) -> Replicate:
    """Return one draw seen through the groups of ``column``; the same seed gives the same draw for every column."""
    frame, drawn = cells.frame, draw_cells(cells, seed)
    truth = cells.by(column)
    records = pd.Series(drawn).groupby(frame[column], sort=False).sum().loc[truth.index]
    population, rates = truth["N"].to_numpy(), truth["rate"].to_numpy()
    total, mean = population.sum(), truth["expected"].sum() / population.sum()
    spread = math.sqrt((population * (rates - mean) ** 2).sum() / (total - 1))
    share = truth["expected"] / truth["expected"].sum()
    female = (frame["sex"] == "Female").to_numpy(dtype=bool)
    women = int(frame["N"].to_numpy()[female].sum())
    woman = women / total
    # correlation over the population of the chance with being a woman, on the scale of the yes/no inclusion
    apart = float((frame["N"] * frame["rate"]).to_numpy()[female].sum()) / total - mean * woman
    return Replicate(
        groups=tuple(map(str, truth.index)),
        records=records.to_numpy(dtype=np.int64),
        population=population.astype(np.int64),
        rates=rates.astype(np.float64),
        true_cv=float(spread / mean),
        true_dissimilarity=float((share - population / total).abs().sum() / 2),
        true_smallest_ratio=float(rates.min() / mean),
        women=int(drawn[female].sum()),
        women_in_population=women,
        true_defect=float(apart / math.sqrt(woman * (1 - woman) * mean * (1 - mean))),
    )
