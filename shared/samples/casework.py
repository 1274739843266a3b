"""refugee-casework: service records of an invented refugee charity in England and Wales, one year."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from shared.samples import truth
from shared.samples.planting import Planting, draw, pick
from shared.samples.reference import AGES, Figures
from shared.samples.selection import EXPECTED, population_cells

SEED = 20_250_401
START, END, EXTRACT = dt.date(2024, 4, 1), dt.date(2025, 3, 31), dt.date(2025, 4, 30)
HOME_OFFICE = "Home Office accommodation"
NO_HOME = ("Staying with friends or family", "No fixed address")
TENURES = (HOME_OFFICE, *NO_HOME, "Temporary accommodation", "Private rented", "Social rented", "Other")
STATUS = {  # share of records, then how they live, in the order of TENURES
    "Asylum claim pending": (0.46, (62, 16, 7, 5, 3, 1, 6)),
    "Refugee status or protection": (0.31, (18, 22, 14, 16, 18, 9, 3)),
    "Refused, no appeal pending": (0.09, (25, 45, 20, 0, 3, 0, 7)),
    "Resettled or family reunion": (0.10, (0, 8, 0, 20, 35, 35, 2)),
    "Other": (0.04, (10, 25, 10, 15, 25, 10, 5)),
}
NATIONALITIES = {
    "Afghanistan": 14, "Eritrea": 9, "Iran": 12, "Iraq": 8, "Sudan": 11, "Syria": 12, "Other Middle East": 5,
    "Other Africa": 15, "Other Asia": 9, "Europe": 3, "Americas": 1, "Stateless": 1,
}  # fmt: skip
OFFICES = {
    "North East": "Newcastle", "North West": "Manchester", "Yorkshire and The Humber": "Leeds",
    "East Midlands": "Nottingham", "West Midlands": "Birmingham", "East of England": "London", "London": "London",
    "South East": "London", "South West": "Bristol", "Wales": "Cardiff",
}  # fmt: skip
COLUMNS = (
    "record_ref", "person_ref", "opened", "closed", "nationality_group", "age", "sex", "immigration_status", "tenure",
    "notice_to_leave", "authority_code", "office", "consent",
)  # fmt: skip
REQUIRED = tuple(c for c in COLUMNS if c not in ("closed", "consent"))
REQUIRED_GROUPS = {
    "sex": ("Female", "Male"), "age-group": tuple(AGES), "region": tuple(OFFICES),
}  # fmt: skip


def ages_in(rng: np.random.Generator, bands: npt.NDArray[np.str_]) -> npt.NDArray[np.int64]:
    """Draw single years inside each band; one adult in eight gives an age ending in 0 or 5 of the same band."""
    low = {band: int(band.replace(" and over", "-").split("-")[0]) for band in AGES}
    starts = np.array([low[b] for b in bands])
    width = np.array([{0: 16, 16: 9, 25: 10, 35: 15, 50: 15, 65: 10, 75: 15}[int(s)] for s in starts])
    ages = starts + np.floor(rng.random(len(bands)) * width).astype(np.int64)
    heaped = (rng.random(len(bands)) < 0.125) & (starts > 0)
    first = -(-starts // 5) * 5
    choices = (starts + width - 1 - first) // 5 + 1
    rounded = first + 5 * np.floor(rng.random(len(bands)) * choices).astype(np.int64)
    told: npt.NDArray[np.int64] = np.where(heaped, rounded, ages)
    return told


def clean_records(figures: Figures, rng: np.random.Generator) -> Planting:
    """Draw the records before anything is spoilt."""
    cells = population_cells(figures, SEED).frame
    size = EXPECTED
    cell = draw(rng, [str(i) for i in range(len(cells))], cells["N"] * cells["rate"], size).astype(int)
    frame = cells.iloc[np.sort(cell)].reset_index(drop=True)
    status = draw(rng, list(STATUS), [share for share, _ in STATUS.values()], size)
    tenure = np.empty(size, dtype=object)
    for name, (_, shares) in STATUS.items():
        tenure[status == name] = draw(rng, TENURES, shares, int((status == name).sum()))
    notice_chance = np.where(status == "Refugee status or protection", 0.85, 0.08)
    notice = np.where(rng.random(size) < notice_chance, "Yes", "No")
    opened = [START + dt.timedelta(days=int(d)) for d in rng.random(size) * 365]
    opened = [day + dt.timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0) for day in opened]
    lasts = np.floor(1 - 75 * np.log(1 - rng.random(size))).astype(int)
    closed = [day + dt.timedelta(days=int(n)) for day, n in zip(opened, lasts, strict=True)]
    return Planting(
        pd.DataFrame(
            {
                "record_ref": [f"LR-{n:06d}" for n in 100_000 + np.argsort(rng.random(size), kind="stable")],
                "person_ref": [f"LP-{n:06d}" for n in 300_000 + np.argsort(rng.random(size), kind="stable")],
                "opened": [day.isoformat() for day in opened],
                "closed": [day.isoformat() if day <= EXTRACT else "" for day in closed],
                "nationality_group": draw(rng, list(NATIONALITIES), list(NATIONALITIES.values()), size),
                "age": ages_in(rng, frame["band"].to_numpy(dtype=str)),
                "sex": frame["sex"],
                "immigration_status": status,
                "tenure": tenure,
                "notice_to_leave": np.where(tenure == HOME_OFFICE, notice, ""),
                "authority_code": frame["area"],
                "office": frame["region"].map(OFFICES),
                "consent": "Y",
                "_area": frame["area"],
                "_region": frame["region"],
                "_band": frame["band"],
            }
        )
    )


def spoil(book: Planting, rng: np.random.Generator) -> None:
    """Plant the faults; every number below is the number of cells or records spoilt before duplicates are added."""
    # the same person back for a second time within the year: not a fault, but record and person are two things
    alike = ["_area", "_band", "sex"]  # records still stand in the order of the population cells
    same = book.content[alike].eq(book.content[alike].shift()).all(axis=1).to_numpy(dtype=bool)
    twin = pick(rng, same, 580)
    for column in ("person_ref", "age", "nationality_group"):
        book.change(column, twin, list(book.content[column].iloc[twin - 1]))

    late = pick(rng, book.sound("closed") & (book.content["opened"] >= "2024-05-01").to_numpy(), 60)
    before = [
        dt.date.fromisoformat(day) - dt.timedelta(days=1 + i % 20)
        for i, day in enumerate(book.content["opened"].iloc[late])
    ]
    book.change("closed", late, [day.isoformat() for day in before], "closed before opened")
    contrary = pick(rng, book.says("immigration_status", "Resettled or family reunion"), 45)
    book.change("tenure", contrary, [HOME_OFFICE] * 45)

    for area, code, n in (
        (("E06000061", "E06000062"), "E10000021", 55),
        (("E06000058", "E06000059"), "E10000009", 28),
    ):
        rows = pick(rng, book.content["_area"].isin(area).to_numpy(), n)
        # Bournemouth of before 2019 lies wholly in Bournemouth, Christchurch and Poole: an old code, and not a loss
        within = book.content["_area"].iloc[rows].eq("E06000058").to_numpy()
        book.change("authority_code", rows[within], ["E06000028"] * int(within.sum()), "code of before 2019")
        divided = rows[~within]
        book.change("authority_code", divided, [code] * len(divided), "abolished code")
        book.change("_area", divided, [""] * len(divided))
    for old, codes, n in (
        ("E10000006", ("E06000063", "E06000064"), 20),
        ("E10000023", ("E06000065",), 25),
        ("E10000027", ("E06000066",), 25),
    ):
        rows = pick(rng, (book.content["_area"] == old).to_numpy(), n)
        book.change("authority_code", rows, [codes[i % len(codes)] for i in range(n)], "code of 2023")

    for column, values, n in (
        ("age", ("999", "-1", "199"), 50),
        ("sex", ("3", "f/m"), 26),
        ("tenure", ("hostel??", "NASS", "see notes"), 36),
        ("nationality_group", ("GBR?", "tbc"), 20),
        ("authority_code", ("E0600001", "Leeds", "K0400000"), 30),
        ("office", ("HQ-TEMP",), 12),
        ("opened", ("2025-02-30", "2023-11-14", "31/31/2024"), 36),
        ("closed", ("2025-02-30", "2052-01-17"), 24),
    ):
        book.spoil(column, pick(rng, book.sound(column), n), values)
    for column, code, n in (
        ("age", "", 310),
        ("sex", "Not recorded", 180),
        ("sex", "", 60),
        ("nationality_group", "", 150),
        ("tenure", "Unknown", 520),
        ("tenure", "", 140),
        ("immigration_status", "Not recorded", 700),
        ("authority_code", "", 410),
    ):
        book.blank(column, pick(rng, book.sound(column), n), code)
    notice = book.sound("notice_to_leave")
    book.blank("notice_to_leave", pick(rng, notice, int(notice.sum()) // 5))
    for code, n in (("N", 240), ("", 260)):
        book.blank("consent", rows := pick(rng, book.sound("consent"), n), code)
        book.mark("no consent", rows)

    copies = book.repeat(pick(rng, np.ones(len(book), dtype=bool), 380))
    again = copies[:90]  # entered again with a newer answer, so only the key shows that it is the same record
    book.change("tenure", again, ["Private rented"] * len(again))
    for books in (book.missing, book.invalid):
        books.loc[again, "tenure"] = False
    book.shuffle(rng)


def grant_return(book: Planting) -> pd.DataFrame:
    """Return cases opened by office, as the charity told its funder: every case once, with or without consent."""
    once = book.content.loc[~book.marked("repeat")]
    counts = once["office"].value_counts().sort_index()
    return pd.DataFrame({"office": counts.index, "cases_opened": counts.to_numpy()})


def expected(book: Planting, figures: Figures) -> dict[str, Any]:
    """Return what each indicator must come to."""
    kept = ~book.marked("no consent")
    applies = {"notice_to_leave": book.says("tenure", HOME_OFFICE)}
    coded = kept & book.sound("authority_code")
    areas = truth.tally(book, coded, "_area")
    census, ages = figures.census, figures.ages
    born = census["born_outside_uk"]
    population = {
        "sex": {"Female": int(census["females"].sum()), "Male": int(census["males"].sum())},
        "age-group": {band: int(ages[column].sum()) for band, column in AGES.items()},
        "region": {str(r): int(n) for r, n in born.groupby(census["region21_name"]).sum().items()},
    }
    seen = {
        "sex": truth.tally(book, kept, "sex"),
        "age-group": truth.tally(book, kept & book.sound("age"), "_band"),
        "region": truth.tally(book, coded, "_region"),
    }
    margins = {m: truth.margin(seen[m], population[m], REQUIRED_GROUPS[m]) for m in population}
    dates = book.marked("closed before opened") & book.sound("opened") & book.sound("closed")
    contrary = book.says("immigration_status", "Resettled or family reunion") & book.says("tenure", HOME_OFFICE)
    tenure = truth.tally(book, kept, "tenure")
    notice = truth.tally(book, kept & applies["notice_to_leave"], "notice_to_leave")  # asked of nobody else
    round_age = [int(a) for a in book.content.loc[kept & book.sound("age"), "age"]]
    cases = int(grant_return(book)["cases_opened"].sum())
    return {
        "ETH-2": truth.ratio(truth.count(kept), len(book)),
        "DOC-1": truth.ratio(20, 25),
        "DAT-1": truth.item_completeness(book, kept, REQUIRED, applies),
        "DAT-2": truth.complete_records(book, kept, REQUIRED, applies),
        "DAT-3": truth.valid_values(book, kept, COLUMNS),
        "DAT-4": truth.no_duplicates(book, kept, "record_ref"),
        "DAT-5": truth.consistent_records(book, kept, dates | contrary),
        "DAT-7": truth.whipple(round_age),
        "DAT-9": truth.ratio(sum(areas.values()), truth.count(kept)),
        "REP-2": truth.covered(areas, {str(a): int(n) for a, n in born.items()}),
        **truth.representativeness(margins),
        "ACC-1": {
            "parts": {
                "no-home": truth.precision(sum(tenure[t] for t in NO_HOME), sum(tenure.values()), 1.0),
                "women": truth.precision(seen["sex"]["Female"], sum(seen["sex"].values()), 1.0),
                "notice": truth.precision(notice["Yes"], sum(notice.values()), 1.0),
            }
        },
        "TIM-1": {"value": (dt.date(2025, 7, 15) - END).days},
        "TIM-4": truth.ratio(12, 12),
        "COH-4": truth.discrepancy(truth.count(kept), cases),
        "margins": margins,
    }


def generate(figures: Figures) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Return the files of this case (name -> table) and the planted truth."""
    rng = np.random.default_rng(SEED)
    book = clean_records(figures, rng)
    spoil(book, rng)
    return {"records.csv": book.table(), "grant_return.csv": grant_return(book)}, expected(book, figures)
