"""hotspots-india: a household survey of 25 marginalised communities, in the style of the "100 Hotspots" survey."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from shared.samples import truth
from shared.samples.planting import Mask, Planting, draw, pick
from shared.samples.reference import Figures, scheduled_population

SEED = 20_231_130
START, END = dt.date(2023, 9, 4), dt.date(2023, 11, 30)
COMMUNITIES = 25
TARGET = 100  # households a community, at the most
STATES = {  # communities a state; Census 2011 codes
    "9": 4, "10": 3, "20": 2, "21": 2, "23": 3, "24": 2, "27": 3, "28": 2, "33": 2, "19": 2,
}  # fmt: skip
TYPES = {  # kind of community, then shares of SC, ST and other within it
    "Dalit hamlet": (88, 2, 10), "Adivasi village": (5, 90, 5), "Denotified or nomadic community": (35, 25, 40),
    "Informal settlement": (45, 12, 43), "Fishing or coastal community": (40, 10, 50),
}  # fmt: skip
KIND_ORDER = ("Dalit hamlet", "Adivasi village", "Informal settlement", "Denotified or nomadic community",
              "Fishing or coastal community", "Dalit hamlet", "Adivasi village")  # fmt: skip
HOUSING = ("Pucca", "Semi-pucca", "Kutcha", "Slum dwelling")
LIVES = {
    "Dalit hamlet": (27, 41, 30, 2),
    "Adivasi village": (15, 30, 55, 0),
    "Denotified or nomadic community": (9, 22, 55, 14),
    "Informal settlement": (12, 26, 8, 54),
    "Fishing or coastal community": (22, 38, 34, 6),
}
DESIGN_EFFECT = 4.5
COLUMNS = (
    "household_ref", "community_id", "community_type", "state_code", "survey_date", "interviewer_ref", "social_group",
    "head_sex", "head_age", "head_literate", "household_size", "housing", "earnings", "toilet", "toilet_distance_m",
    "consent",
)  # fmt: skip
REQUIRED = tuple(c for c in COLUMNS if c not in ("consent", "interviewer_ref"))
REQUIRED_GROUPS = {
    "social-group": ("Scheduled Caste", "Scheduled Tribe"),
    # the ten states where most people of Scheduled Castes and Tribes live; two of them were not visited
    "state": ("UTTAR PRADESH", "WEST BENGAL", "MADHYA PRADESH", "MAHARASHTRA", "RAJASTHAN", "ANDHRA PRADESH", "BIHAR",
              "ODISHA", "TAMIL NADU", "KARNATAKA"),
    "literacy": ("Literate", "Not literate"),
}  # fmt: skip


def clean_records(rng: np.random.Generator) -> Planting:
    """Draw the households, community by community."""
    state_of = [code for code, n in STATES.items() for _ in range(n)]
    reached = [int(TARGET - np.floor(rng.random() * 7)) for _ in range(COMMUNITIES)]
    parts = []
    for number, (state, size) in enumerate(zip(state_of, reached, strict=True), start=1):
        kind = KIND_ORDER[number % len(KIND_ORDER)]
        tilt = np.exp(0.35 * rng.standard_normal(4))  # communities of one kind differ: this is the cluster effect
        literate = min(0.9, max(0.12, 0.5 + 0.16 * rng.standard_normal()))
        irregular = min(0.95, max(0.35, 0.72 + 0.12 * rng.standard_normal()))
        housing = draw(rng, HOUSING, np.asarray(LIVES[kind]) * tilt, size)
        toilet = draw(rng, ("In the home", "Shared", "No toilet"), (38, 27, 35), size)
        age = np.minimum(20 + np.floor(rng.gamma(4.0, 6.0, size)).astype(int), 92)
        age = np.where(rng.random(size) < 0.42, np.maximum(20, 5 * ((age + 2) // 5)), age)
        days = np.floor(rng.random(size) * ((END - START).days + 1)).astype(int)
        parts.append(
            pd.DataFrame(
                {
                    "community_id": f"C{number:02d}",
                    "community_type": kind,
                    "state_code": state,
                    "survey_date": [(START + dt.timedelta(days=int(d))).isoformat() for d in days],
                    "interviewer_ref": [f"I{number:02d}{n}" for n in rng.integers(1, 4, size)],
                    "social_group": draw(rng, ("Scheduled Caste", "Scheduled Tribe", "Other"), TYPES[kind], size),
                    "head_sex": draw(rng, ("Male", "Female"), (0.79, 0.21), size),
                    "head_age": age,
                    "head_literate": np.where(rng.random(size) < literate, "Yes", "No"),
                    "household_size": np.minimum(1 + rng.poisson(3.9, size), 14),
                    "housing": housing,
                    "earnings": np.where(rng.random(size) < irregular, "Irregular", "Regular"),
                    "toilet": toilet,
                    "toilet_distance_m": np.where(toilet == "Shared", 5 * rng.integers(2, 60, size), -1),
                    "consent": "Yes",
                }
            )
        )
    frame = pd.concat(parts, ignore_index=True)
    frame["toilet_distance_m"] = [str(d) if d >= 0 else "" for d in frame["toilet_distance_m"]]
    frame.insert(0, "household_ref", [f"HS{n:05d}" for n in 10_000 + np.argsort(rng.random(len(frame)), kind="stable")])
    frame["_state"] = frame["state_code"]
    return Planting(frame)


def spoil(book: Planting, rng: np.random.Generator) -> None:
    """Plant the faults; each number is what is spoilt before duplicates are added."""
    south = pick(rng, book.says("state_code", "28"), 70)
    book.change("state_code", south, ["36"] * 70, "state made in 2014")  # Telangana: Andhra Pradesh in 2011
    slum = pick(rng, book.says("housing", "Slum dwelling") & book.says("community_type", "Informal settlement"), 24)
    book.change("community_type", slum, ["Adivasi village"] * 24, "slum in a village")
    for column, values, n in (
        ("head_age", ("0", "222"), 18),
        ("housing", ("kacha?", "flat"), 41),
        ("survey_date", ("2023-09-31", "2032-10-10"), 15),
        ("state_code", ("99",), 22),
        ("household_size", ("0",), 12),
        ("head_literate", ("Y/N",), 9),
    ):
        book.spoil(column, pick(rng, book.sound(column), n), values)
    for column, code, n in (
        ("head_age", "", 132),
        ("head_literate", "Not asked", 164),
        ("social_group", "Declined", 121),
        ("housing", "", 46),
        ("earnings", "Don't know", 208),
        ("toilet", "", 77),
        ("toilet_distance_m", "", 160),
        ("household_size", "", 31),
        ("state_code", "", 9),
    ):
        book.blank(column, pick(rng, book.sound(column), n), code)
    for code, n in (("No", 34), ("", 57)):
        rows = pick(rng, book.sound("consent"), n)
        book.blank("consent", rows, code)
        book.mark("no consent", rows)
    book.repeat(pick(rng, np.ones(len(book), dtype=bool), 48))
    book.shuffle(rng)


def published_brief(book: Planting) -> pd.DataFrame:
    """Return households by kind of community as the collective printed them: the plan, 100 for each community."""
    kinds = book.content.loc[~book.marked("slum in a village")].groupby("community_type")["community_id"].nunique()
    return pd.DataFrame({"community_type": kinds.index, "households": (kinds * TARGET).to_numpy()})


def expected(book: Planting, figures: Figures) -> dict[str, Any]:
    """Return what each indicator must come to."""
    kept = ~book.marked("no consent")
    applies: dict[str, Mask] = {"toilet_distance_m": book.says("toilet", "Shared")}
    people = scheduled_population(figures).set_index("state_code")
    coded = kept & book.sound("state_code")
    states = truth.tally(book, coded, "_state")
    names = {str(code): str(name) for code, name in people["state_name"].items()}
    population = {
        "social-group": {
            "Scheduled Caste": int(people["scheduled_castes"].sum()),
            "Scheduled Tribe": int(people["scheduled_tribes"].sum()),
        },
        "state": {names[str(code)]: int(n) for code, n in people["castes_and_tribes"].items()},
        "literacy": {"Literate": int(people["literate"].sum()), "Not literate": int(people["not_literate"].sum())},
    }
    literate = truth.tally(book, kept, "head_literate")
    seen = {
        "social-group": truth.tally(book, kept, "social_group"),
        "state": {names[code]: n for code, n in states.items()},
        "literacy": {"Literate": literate["Yes"], "Not literate": literate["No"]},
    }
    margins = {m: truth.margin(seen[m], population[m], REQUIRED_GROUPS[m]) for m in population}
    contrary = book.says("housing", "Slum dwelling") & book.says("community_type", "Adivasi village")
    housing, earnings = truth.tally(book, kept, "housing"), truth.tally(book, kept, "earnings")
    ages = [int(a) for a in book.content.loc[kept & book.sound("head_age"), "head_age"]]
    poor = housing["Kutcha"] + housing["Semi-pucca"] + housing["Slum dwelling"]
    return {
        "ETH-2": truth.ratio(truth.count(kept), len(book)),
        "DOC-1": truth.ratio(16, 25),
        "DAT-1": truth.item_completeness(book, kept, REQUIRED, applies),
        "DAT-2": truth.complete_records(book, kept, REQUIRED, applies),
        "DAT-3": truth.valid_values(book, kept, COLUMNS),
        "DAT-4": truth.no_duplicates(book, kept, "household_ref"),
        "DAT-5": truth.consistent_records(book, kept, contrary),
        "DAT-7": truth.whipple(ages),
        "DAT-9": truth.ratio(sum(states.values()), truth.count(kept)),
        "REP-2": truth.covered(states, {str(s): int(n) for s, n in people["castes_and_tribes"].items()}),
        **truth.representativeness(margins),
        "ACC-1": {
            "parts": {
                "poor-housing": truth.precision(poor, sum(housing.values()), DESIGN_EFFECT),
                "irregular": truth.precision(earnings["Irregular"], sum(earnings.values()), DESIGN_EFFECT),
                "literate": truth.precision(literate["Yes"], sum(literate.values()), DESIGN_EFFECT),
            }
        },
        "TIM-1": {"value": (dt.date(2024, 10, 2) - END).days},
        "TIM-4": truth.ratio(12, 30),
        "COH-4": truth.discrepancy(truth.count(kept), int(published_brief(book)["households"].sum())),
        "margins": margins,
    }


def generate(figures: Figures) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Return the files of this case (name -> table) and the planted truth."""
    rng = np.random.default_rng(SEED)
    book = clean_records(rng)
    spoil(book, rng)
    return {"records.csv": book.table(), "published_brief.csv": published_brief(book)}, expected(book, figures)
