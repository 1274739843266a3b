"""traveller-survey: a snowball survey of households, led by an invented Gypsy, Roma and Traveller forum."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from shared.samples import truth
from shared.samples.planting import Mask, Planting, draw, pick
from shared.samples.reference import Figures, traveller_population

SEED = 20_240_930
START, END = dt.date(2024, 5, 1), dt.date(2024, 9, 30)
HOUSEHOLDS = 604
GYPSY, ROMA = "Gypsy or Irish Traveller", "Roma"
ETHNICITY = {GYPSY: 0.56, ROMA: 0.44}  # of households reached; in the census Roma are the larger group
REGION = {  # how strongly each region's networks were reached, against its share of the population
    "North East": 0.8, "North West": 0.9, "Yorkshire and The Humber": 1.6, "East Midlands": 1.2, "West Midlands": 0.8,
    "East of England": 1.5, "London": 0.7, "South East": 1.1, "South West": 0.8, "Wales": 1.6,
}  # fmt: skip
AREAS = 72  # authorities in which somebody was interviewed at most
SITE = ("Authorised site", "Unauthorised site", "Roadside")
LIVES = {  # bricks and mortar, then the three kinds of pitch
    GYPSY: (46, 38, 10, 6),
    ROMA: (94, 3, 1, 2),
}
NO_WATER = {"Authorised site": 0.09, "Unauthorised site": 0.48, "Roadside": 0.86}
NO_SANITATION = {"Authorised site": 0.14, "Unauthorised site": 0.55, "Roadside": 0.91}
MOVED_ON = {"Authorised site": 0.03, "Unauthorised site": 0.34, "Roadside": 0.78}
CHAINS = 24
DESIGN_EFFECT = 1.8
FULLY_VISITED = 12  # authorities where every council site was called at until each pitch was accounted for
COLUMNS = (
    "household_ref", "chain", "wave", "recruiter_ref", "interview_date", "interviewer_ref", "interviewer_community",
    "authority_code", "ethnic_group", "accommodation", "site_owner", "water_on_pitch", "sanitation_on_pitch",
    "moved_on_last_year", "household_size", "children", "respondent_age", "respondent_sex", "gp_registered", "consent",
)  # fmt: skip
REQUIRED = tuple(c for c in COLUMNS if c not in ("consent", "children"))
ON_SITE = ("water_on_pitch", "sanitation_on_pitch", "moved_on_last_year")
REQUIRED_GROUPS = {"ethnic-group": (GYPSY, ROMA), "region": tuple(REGION)}


def clean_records(figures: Figures, rng: np.random.Generator) -> Planting:
    """Draw the households along their chains of recruitment."""
    people = traveller_population(figures).set_index("utla21_code")
    chance = people["region21_name"].map(REGION)
    reach = (people["both"] * chance).to_numpy(dtype=float) * rng.gamma(3.0, 1.0, len(people))
    reach[np.argsort(reach)[:-AREAS]] = 0.0

    chain_area = draw(rng, list(people.index), reach, CHAINS)
    wave, chain, recruiter = [], [], []
    for i in range(HOUSEHOLDS):
        if i < CHAINS:
            wave.append(0)
            chain.append(i)
            recruiter.append(-1)
            continue
        parent = int(rng.integers(0, i))
        while wave[parent] >= 6:
            parent = int(rng.integers(0, i))
        wave.append(wave[parent] + 1)
        chain.append(chain[parent])
        recruiter.append(parent)
    links = np.array(chain)
    stays = rng.random(HOUSEHOLDS) < 0.45  # kin in the same authority; the others anywhere the networks reach
    area = np.where(stays, chain_area[links], draw(rng, list(people.index), reach, HOUSEHOLDS))

    chain_group = draw(rng, list(ETHNICITY), list(ETHNICITY.values()), CHAINS)
    same = rng.random(HOUSEHOLDS) < 0.7
    group = np.where(same, chain_group[links], draw(rng, list(ETHNICITY), list(ETHNICITY.values()), HOUSEHOLDS))
    home = np.empty(HOUSEHOLDS, dtype=object)
    for name, shares in LIVES.items():
        rows = group == name
        home[rows] = draw(rng, ("Bricks and mortar", *SITE), shares, int(rows.sum()))
    on_site = np.isin(home.astype(str), SITE)

    def answer(chances: dict[str, float]) -> list[str]:
        luck = rng.random(HOUSEHOLDS)
        return [("No" if u < chances[h] else "Yes") if s else "" for h, u, s in zip(home, luck, on_site, strict=True)]

    moved = [{"Yes": "No", "No": "Yes", "": ""}[a] for a in answer(MOVED_ON)]
    owner = np.where(home == "Authorised site", draw(rng, ("Council", "Private"), (0.55, 0.45), HOUSEHOLDS), "")
    size = np.minimum(1 + rng.poisson(2.9, HOUSEHOLDS), 12)
    children = np.floor(rng.random(HOUSEHOLDS) * size * 0.8).astype(int)
    age = np.minimum(18 + np.floor(rng.gamma(2.6, 9.0, HOUSEHOLDS)).astype(int), 88)
    heaped = rng.random(HOUSEHOLDS) < 0.18
    age = np.where(heaped, np.maximum(20, 5 * ((age + 2) // 5)), age)
    refs = [f"H{n:04d}" for n in 1000 + np.argsort(rng.random(HOUSEHOLDS), kind="stable")]
    collector = rng.integers(1, 15, HOUSEHOLDS)
    length = (END - START).days
    days = np.sort(np.floor(rng.random(HOUSEHOLDS) * (length + 1)).astype(int))
    return Planting(
        pd.DataFrame(
            {
                "household_ref": refs,
                "chain": [f"S{n + 1:02d}" for n in links],
                "wave": wave,
                "recruiter_ref": [refs[r] if r >= 0 else "" for r in recruiter],
                "interview_date": [(START + dt.timedelta(days=int(d))).isoformat() for d in days],
                "interviewer_ref": [f"C{n:02d}" for n in collector],
                "interviewer_community": np.where(collector <= 12, "Yes", "No"),
                "authority_code": area,
                "ethnic_group": group,
                "accommodation": home,
                "site_owner": owner,
                "water_on_pitch": answer(NO_WATER),
                "sanitation_on_pitch": answer(NO_SANITATION),
                "moved_on_last_year": moved,
                "household_size": size,
                "children": children,
                "respondent_age": age,
                "respondent_sex": draw(rng, ("Female", "Male"), (0.66, 0.34), HOUSEHOLDS),
                "gp_registered": draw(rng, ("Yes", "No"), (0.83, 0.17), HOUSEHOLDS),
                "consent": "Yes",
                "_area": area,
                "_region": [str(people.at[code, "region21_name"]) for code in area],
            }
        )
    )


def spoil(book: Planting, rng: np.random.Generator) -> None:
    """Plant the faults; each number is what is spoilt before duplicates are added."""
    more = pick(rng, book.sound("children"), 7)
    sizes = book.content["household_size"].astype(int).iloc[more]
    book.change("children", more, [str(s + 1) for s in sizes], "more children than people")
    rows = pick(rng, book.content["_area"].isin(["E06000061", "E06000062", "E10000003", "E10000016"]).to_numpy(), 4)
    book.change("authority_code", rows, ["E10000021"] * 4, "abolished code")
    book.change("_area", rows, [""] * 4)
    book.change("_region", rows, ["East Midlands"] * 4)
    for column, values, n in (
        ("respondent_age", ("145", "0"), 4),
        ("interview_date", ("2024-06-31", "2042-07-02"), 5),
        ("accommodation", ("chalet ?",), 6),
        ("authority_code", ("Kent", "E1000016"), 5),
        ("household_size", ("55",), 2),
    ):
        book.spoil(column, pick(rng, book.sound(column), n), values)
    for column, code, n in (
        ("ethnic_group", "Prefer not to say", 9),
        ("accommodation", "", 5),
        ("site_owner", "Don't know", 14),
        ("water_on_pitch", "", 4),
        ("sanitation_on_pitch", "Prefer not to say", 11),
        ("moved_on_last_year", "Prefer not to say", 16),
        ("respondent_age", "", 38),
        ("respondent_sex", "", 7),
        ("household_size", "", 6),
        ("gp_registered", "Prefer not to say", 21),
        ("recruiter_ref", "", 23),
        ("authority_code", "", 8),
    ):
        book.blank(column, pick(rng, book.sound(column), n), code)
    rows = pick(rng, book.sound("consent"), 6)
    book.change("consent", rows, ["No"] * 6, "no consent")
    book.repeat(pick(rng, np.ones(len(book), dtype=bool), 5))
    book.shuffle(rng)


def pitch_register(book: Planting) -> pd.DataFrame:
    """Return occupied council pitches in the authorities that were visited in full (a made-up register)."""
    once = book.content[~book.marked("repeat") & book.content["site_owner"].eq("Council")]
    counts = (
        once["_area"].value_counts().drop("", errors="ignore").sort_index().sort_values(ascending=False, kind="stable")
    )
    visited = counts.head(FULLY_VISITED).sort_index()
    missed = [i % 3 % 2 for i in range(len(visited))]  # every third authority: one pitch where nobody was ever in
    return pd.DataFrame({"authority_code": visited.index, "occupied_pitches": visited.to_numpy() + missed})


def expected(book: Planting, figures: Figures) -> dict[str, Any]:
    """Return what each indicator must come to."""
    kept = ~book.marked("no consent")
    on_site = book.says("accommodation", *SITE)
    applies: dict[str, Mask] = dict.fromkeys(ON_SITE, on_site)
    applies["site_owner"] = book.says("accommodation", "Authorised site")
    applies["recruiter_ref"] = ~book.says("wave", "0")
    people = traveller_population(figures).set_index("utla21_code")
    coded = kept & book.sound("authority_code")
    areas = truth.tally(book, coded, "_area")
    population = {
        "ethnic-group": {GYPSY: int(people["gypsy_or_irish_traveller"].sum()), ROMA: int(people["roma"].sum())},
        "region": {str(r): int(n) for r, n in people.groupby("region21_name")["both"].sum().items()},
    }
    seen = {"ethnic-group": truth.tally(book, kept, "ethnic_group"), "region": truth.tally(book, coded, "_region")}
    margins = {m: truth.margin(seen[m], population[m], REQUIRED_GROUPS[m]) for m in population}
    crowded = book.marked("more children than people") & book.sound("household_size") & book.sound("children")
    pitched = kept & on_site  # asked of nobody else
    water, moved = (truth.tally(book, pitched, c) for c in ("water_on_pitch", "moved_on_last_year"))
    gp = truth.tally(book, kept, "gp_registered")
    register = pitch_register(book)
    council = kept & book.says("site_owner", "Council") & book.says("authority_code", *register["authority_code"])
    ages = [int(a) for a in book.content.loc[kept & book.sound("respondent_age"), "respondent_age"]]
    return {
        "ETH-2": truth.ratio(truth.count(kept), len(book)),
        "DOC-1": truth.ratio(22, 24),
        "DAT-1": truth.item_completeness(book, kept, REQUIRED, applies),
        "DAT-2": truth.complete_records(book, kept, REQUIRED, applies),
        "DAT-3": truth.valid_values(book, kept, COLUMNS),
        "DAT-4": truth.no_duplicates(book, kept, "household_ref"),
        "DAT-5": truth.consistent_records(book, kept, crowded),
        "DAT-7": truth.whipple(ages),
        "DAT-9": truth.ratio(sum(areas.values()), truth.count(kept)),
        "REP-2": truth.covered(areas, {str(a): int(n) for a, n in people["both"].items()}),
        **truth.representativeness(margins),
        "ACC-1": {
            "parts": {
                "no-water": truth.precision(water["No"], sum(water.values()), DESIGN_EFFECT),
                "moved-on": truth.precision(moved["Yes"], sum(moved.values()), DESIGN_EFFECT),
                "gp": truth.precision(gp["Yes"], sum(gp.values()), DESIGN_EFFECT),
            }
        },
        "TIM-1": {"value": (dt.date(2025, 2, 14) - END).days},
        "TIM-4": truth.ratio(24, 36),
        "COH-4": truth.discrepancy(truth.count(council), int(register["occupied_pitches"].sum())),
        "margins": margins,
    }


def generate(figures: Figures) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Return the files of this case (name -> table) and the planted truth."""
    rng = np.random.default_rng(SEED)
    book = clean_records(figures, rng)
    spoil(book, rng)
    return {"records.csv": book.table(), "pitch_register.csv": pitch_register(book)}, expected(book, figures)
