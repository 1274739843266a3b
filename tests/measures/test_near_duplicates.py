"""Near-duplicates piece by piece: what the method that holds all records finds, and its error worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import dask.dataframe as dd
import numpy as np
import pandas as pd
import pytest

import shared.measures.near_duplicates
from shared.errors import MeasureError
from shared.measures.data_integrity import NearDuplicates, near_duplicates
from shared.measures.indicators.signs import dat_8
from shared.measures.near_duplicates import near_duplicates_in
from shared.sources.large import LargeRecords
from tests.measures.engines import ENGINES
from tests.measures.test_answers import source
from tests.measures.test_data_integrity import questionnaire

QUESTIONS = [f"q{i}" for i in range(40)]


def answers() -> pd.DataFrame:
    frame = questionnaire(300, 40)
    return frame.set_axis(QUESTIONS, axis=1).map(lambda value: None if pd.isna(value) else str(value)).astype("str")


DECLARED = source(columns={name: {"role": "measure"} for name in QUESTIONS})


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several pieces, and pairs that are not in the same one."""
    monkeypatch.setattr(shared.measures.near_duplicates, "_PIECE", 8)


@pytest.mark.parametrize("engine", [ENGINES[name] for name in ("pandas", "polars", "polars-lazy", "duckdb")])
def test_pieces_find_what_the_whole_finds(engine: Callable[[pd.DataFrame], Any]) -> None:
    found = near_duplicates_in(engine(answers()), DECLARED, QUESTIONS)
    assert found == near_duplicates(answers())
    assert (found.found, found.looked_at, found.records, found.error) == (3, 300, 300, 0.0)


def test_a_sample_finds_the_pairs_of_the_records_looked_at_and_states_its_error() -> None:
    # records 3, 7 and 8 are nearly the same (see test_data_integrity); which of them are drawn is known
    drawn = {seed: {3, 7, 8} & set(np.random.default_rng(seed).choice(300, 50, replace=False)) for seed in range(20)}
    seed = next(seed for seed, found in drawn.items() if len(found) == 1)
    found = near_duplicates_in(ENGINES["polars-lazy"](answers()), DECLARED, QUESTIONS, look_at=50, seed=seed)
    assert found == near_duplicates(answers(), look_at=50, seed=seed)
    assert (found.found, found.looked_at, found.records) == (1, 50, 300)
    # sqrt(0.02 x 0.98 / 49 x (1 - 50/300)) = sqrt(0.0004 x 5/6)
    assert found.error == pytest.approx(0.0182574, abs=1e-7)


def test_the_error_is_what_repeated_samples_show() -> None:
    """Over many samples, the mean of the squared stated errors is the variance of the shares found."""
    truth = np.zeros(300, dtype=bool)
    truth[:60] = True
    rng = np.random.default_rng(5)
    shares, errors = [], []
    for _ in range(4000):
        found = int(truth[rng.choice(300, 50, replace=False)].sum())
        shares.append(found / 50)
        errors.append(NearDuplicates(found, 50, 300, 40, 0.85).error)
    assert np.mean(np.square(errors)) == pytest.approx(np.var(shares), rel=0.08)


def test_one_record_looked_at_has_no_error_to_state() -> None:
    assert math.isnan(NearDuplicates(0, 1, 300, 40, 0.85).error)


def test_an_engine_without_order_is_refused() -> None:
    with pytest.raises(MeasureError, match="polars, DuckDB and pandas only"):
        near_duplicates_in(dd.from_pandas(answers(), npartitions=2), DECLARED, QUESTIONS)
    with pytest.raises(MeasureError, match="40 questions"):
        near_duplicates_in(answers(), DECLARED, QUESTIONS[1:])


def test_the_indicator_is_the_same_for_records_that_are_held_and_for_records_in_pieces() -> None:
    held = answers()
    counted = LargeRecords(ENGINES["polars-lazy"](held), "records", lambda: None)
    contexts = [
        SimpleNamespace(records={"r": DECLARED}, case=SimpleNamespace(consent=None), seed=1, rows=lambda _, r=rows: r)
        for rows in (held, counted)
    ]
    first, second = (dat_8(context) for context in contexts)  # type: ignore[arg-type]
    assert first == second
    assert (first.numerator, first.denominator) == (3, 300)
