"""The composite engine: the published ASEM example, steps by hand, replay with a change."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from shared.errors import MeasureError
from shared.verdict.composite import Composite, Step, compose, regenerate

DATA = Path(__file__).parent / "data"
STEPS = [
    Step("denominate", {}),
    Step("impute", {"group": "EurAsia_group"}),
    Step("screen", {"least": 0.9}),
    Step("treat", {"points": 5, "skew": 2.0, "kurtosis": 3.5}),
    Step("normalise", {}),
    Step("aggregate", {}),
]
COLUMNS = {"iCode": "code", "Level": "level", "Parent": "parent", "Weight": "weight", "Direction": "direction",
           "Denominator": "denominator"}  # fmt: skip


@pytest.fixture(scope="module")
def asem() -> Composite:
    units = pd.read_csv(DATA / "asem_iData.csv").set_index("uCode")
    meta = pd.read_csv(DATA / "asem_iMeta.csv")
    meta = meta[meta["Type"].isin(["Indicator", "Aggregate"])].rename(columns=COLUMNS).set_index("code")
    indicators = meta.index[meta["level"] == 1]
    return compose(units[indicators], meta, STEPS, context=units)


def test_the_asem_index_comes_out_as_published(asem: Composite) -> None:
    assert asem.data.shape == (51, 49)
    best = asem.table["Index"].sort_values(ascending=False).head(3)
    assert best.round(2).to_dict() == {"CHE": 68.38, "NLD": 64.82, "DNK": 64.80}


def test_every_step_is_logged_with_what_it_did(asem: Composite) -> None:
    assert [done.step.name for done in asem.log] == [step.name for step in STEPS]
    notes = {done.step.name: done.notes for done in asem.log}
    assert "Flights divided by Population" in notes["denominate"]
    assert any("filled with the mean of EurAsia_group" in note for note in notes["impute"])
    assert asem.after("impute").isna().sum().sum() == 0
    normal = asem.after("normalise")
    assert normal.min().to_numpy() == pytest.approx(0.0)
    assert normal.max().to_numpy() == pytest.approx(100.0)


def test_a_composite_is_replayed_exactly_and_with_a_change(asem: Composite) -> None:
    pd.testing.assert_frame_equal(regenerate(asem, {}).table, asem.table)
    untreated = regenerate(asem, {"treat": None})
    assert [done.step.name for done in untreated.log].count("treat") == 0
    assert untreated.table["Index"]["CHE"] != pytest.approx(asem.table["Index"]["CHE"], abs=0.01)
    geometric = regenerate(asem, {"aggregate": {"method": "geometric"}})
    assert (geometric.table["Index"] <= asem.table["Index"] + 1e-9).all()


def small() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    data = pd.DataFrame({"a": [0.0, 5.0, 10.0, np.nan], "b": [4.0, 2.0, 0.0, 1.0]}, index=list("wxyz"))
    meta = pd.DataFrame(
        {
            "level": [1, 1, 2],
            "parent": ["i", "i", None],
            "weight": [3.0, 1.0, 1.0],
            "direction": [1, -1, 1],
            "denominator": [None, "people", None],
        },
        index=["a", "b", "i"],
    )
    context = pd.DataFrame({"people": [2.0, 2.0, 1.0, 1.0], "group": ["g", "g", "h", "h"]}, index=list("wxyz"))
    return data, meta, context


def test_the_steps_worked_by_hand() -> None:
    data, meta, context = small()
    steps = [Step("denominate", {}), Step("impute", {"group": "group"}), Step("normalise", {}), Step("aggregate", {})]
    made = compose(data, meta, steps, context=context)
    assert made.after("denominate")["b"].tolist() == [2.0, 1.0, 0.0, 1.0]
    assert made.after("impute")["a"].tolist() == [0.0, 5.0, 10.0, 10.0]
    assert made.after("normalise")["b"].tolist() == [0.0, 50.0, 100.0, 50.0]  # smaller is better
    assert made.table["i"].tolist() == [0.0, 50.0, 100.0, 87.5]  # weights 3 and 1


def test_units_with_too_little_are_left_out_and_missing_leaves_the_average() -> None:
    data, meta, context = small()
    kept = compose(data, meta, [Step("screen", {"least": 0.6})], context=context)
    assert list(kept.table.index) == list("wxy")
    assert kept.log[0].notes == ("z left out: under 0.6 of the values",)
    made = compose(data, meta, [Step("normalise", {"method": "rank"}), Step("aggregate", {})], context=context)
    assert made.table["a"].tolist()[:3] == [0.0, 50.0, 100.0]
    assert made.table.at["z", "i"] == made.table.at["z", "b"]


def test_an_outlier_is_winsorised_to_its_neighbour_and_a_hopeless_case_takes_the_logarithm() -> None:
    rng = np.random.default_rng(1)
    values = rng.normal(size=60)
    one = np.append(values, 1_000.0)
    many = np.append(values, [10.0**k for k in range(2, 12)])
    for column, name in ((one, "1 value(s) winsorised"), (many, "logarithm")):
        frame = pd.DataFrame({"a": column})
        meta = pd.DataFrame(
            {"level": [1], "parent": [None], "weight": [1.0], "direction": [1], "denominator": [None]}, index=["a"]
        )
        made = compose(frame, meta, [Step("treat", {"points": 5, "skew": 2.0, "kurtosis": 3.5})])
        assert made.log[0].notes == (f"a: {name}",)
    assert compose(pd.DataFrame({"a": one}), meta, [Step("treat", {"points": 5, "skew": 2.0, "kurtosis": 3.5})]).table[
        "a"
    ].max() == pytest.approx(values.max())


def test_every_fault_is_reported_at_once() -> None:
    data, meta, _ = small()
    data["c"] = 1.0
    with pytest.raises(MeasureError) as caught:
        compose(data, meta.drop(columns=["weight"]).replace("i", "j"), [Step("normalize", {})])
    assert [fault.where for fault in caught.value.faults] == ["steps[0]", "meta.weight", "data.c", "meta.parent, j"]
    data, meta, _ = small()
    with pytest.raises(MeasureError, match="normalise"):
        regenerate(compose(data, meta, [Step("normalise", {})]), {"normalize": {}})
    with pytest.raises(MeasureError, match="no step"):
        compose(data, meta, [Step("normalise", {})]).after("treat")
