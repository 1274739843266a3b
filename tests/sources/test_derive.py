"""Bands and recodes: every value that does not arrive is counted, by its reason."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from shared.cases.columns import Bands, Column, Condition, Recode
from shared.cases.model import Area
from shared.errors import DataError
from shared.sources.areas import area_column
from shared.sources.conditions import all_hold, holds
from shared.sources.derive import bands, recode, recode_table
from shared.sources.typed import as_text
from tests.cases.example import make_project


def texts(*values: str | None) -> pd.Series:
    return pd.Series(list(values), dtype="str")


def plain(series: pd.Series) -> list[str | None]:
    return [None if pd.isna(value) else value for value in series]


AGE = Column(role="quasi-identifier", type="integer", minimum=0, maximum=110, missing=("999",))


def test_ages_fall_into_their_bands() -> None:
    rule = Bands(column="age", starts=(0, 16, 25))
    column, lost = bands(texts("0", "15", "16", "24", "25", "110", "15.9", " 16 "), rule, AGE)
    assert plain(column) == ["0-15", "0-15", "16-24", "16-24", "25 and over", "25 and over", "0-15", "16-24"]
    assert str(column.dtype) == "str"
    assert set(lost.values()) == {0}


def test_what_fits_no_band_is_lost_by_reason() -> None:
    rule = Bands(column="age", starts=(10, 16), labels=("young", "older"))
    column, lost = bands(texts("12", "abc", "-5", "111", "9", "999", None, "inf", "40"), rule, AGE)
    assert plain(column) == ["young", None, None, None, None, None, None, None, "older"]
    assert lost == {"not a number": 2, "outside the declared range": 2, "below the first band": 1}


def test_bands_of_a_typed_column() -> None:
    column, _ = bands(pd.Series([5, None, 20], dtype="Int64"), Bands(column="age", starts=(0, 16)), None)
    assert plain(column) == ["0-15", None, "16 and over"]


def test_a_recode_drops_or_keeps_what_it_does_not_know() -> None:
    given = texts("F", "M", "x", "-9", None)
    rules = Column(role="group", missing=("-9",))
    table = {"F": "Female", "M": "Male"}
    column, lost = recode(given, Recode(column="s", map=table), table, rules)
    assert plain(column) == ["Female", "Male", None, None, None]
    assert lost == {"not in the map": 1}
    column, lost = recode(given, Recode(column="s", map=table, others="keep"), table, rules)
    assert plain(column) == ["Female", "Male", "x", None, None]
    assert lost == {"not in the map, kept as it is": 1}


def test_a_missing_code_may_be_mapped() -> None:
    column, lost = recode(
        texts("-9"), Recode(column="s", map={"-9": "Refused"}), {"-9": "Refused"}, Column(role="group", missing=("-9",))
    )
    assert plain(column) == ["Refused"]
    assert lost == {"not in the map": 0}


def test_a_recode_file_is_looked_for_in_the_case_then_in_the_project(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    (project.casestudies / "x").mkdir()
    rule = Recode(column="s", file="data/sample/map.csv")
    with pytest.raises(DataError, match="missing"):
        recode_table(project, "x", rule)
    (project.sample / "map.csv").write_bytes("\ufefffrom,to,note\na,A,\nb,B,x\n".encode())
    assert recode_table(project, "x", rule) == {"a": "A", "b": "B"}
    (project.casestudies / "x" / "data" / "sample").mkdir(parents=True)
    (project.casestudies / "x" / "data" / "sample" / "map.csv").write_text("from,to\na,Z\n")
    assert recode_table(project, "x", rule) == {"a": "Z"}
    assert recode_table(project, "x", Recode(column="s", map={"q": "r"})) == {"q": "r"}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"von,to\na,b\n", 'line 1: The file needs the columns "from" and "to".'),
        (b"from,to\na,b\na,c\n,d\n", 'line 3: "a" is mapped twice.'),
        (b"from,to\na,b\n,d\n", 'line 3: "from" or "to" is empty.'),
        (b"from,to\na\n", 'line 2: "from" or "to" is empty.'),
        (b"from,to\n", "has no rows"),
        (b"from,to\n\xe9,b\n", "not UTF-8"),
    ],
)
def test_an_unusable_recode_file(tmp_path: Path, content: bytes, expected: str) -> None:
    project = make_project(tmp_path)
    (project.root / "map.csv").write_bytes(content)
    with pytest.raises(DataError) as caught:
        recode_table(project, "x", Recode(column="s", file="map.csv"))
    assert expected in str(caught.value)


def test_conditions_on_texts_numbers_dates_and_missing_codes() -> None:
    frame = pd.DataFrame({"age": texts("18", "18.0", "abc", "-9", None), "sex": texts("F", "f", " F", None, "M")})
    age = {"age": Column(role="measure", type="integer", missing=("-9",))}
    assert holds(frame, Condition(column="age", is_in=(18,)), age).tolist() == [True, True, False, False, False]
    assert holds(frame, Condition(column="age", is_in=("abc",)), age).tolist() == [False, False, True, False, False]
    assert holds(frame, Condition(column="age"), age).tolist() == [True, True, True, False, False]
    assert holds(frame, Condition(column="sex", is_in=("F",))).tolist() == [True, False, False, False, False]
    typed = pd.DataFrame(
        {
            "on": pd.to_datetime(["2023-12-31", None]),
            "n": pd.array([3, None], dtype="Int64"),
            "ok": pd.array([True, None], dtype="boolean"),
        }
    )
    assert holds(typed, Condition(column="on", is_in=("2023-12-31",))).tolist() == [True, False]
    assert holds(typed, Condition(column="n", is_in=("3", 4))).tolist() == [True, False]
    assert holds(typed, Condition(column="ok", is_in=(True,))).tolist() == [True, False]
    assert holds(typed, Condition(column="ok")).tolist() == [True, False]
    both = (Condition(column="n", is_in=(3,)), Condition(column="ok", is_in=(False,)))
    assert all_hold(typed, both).tolist() == [False, False]
    assert all_hold(typed, ()).tolist() == [True, True]
    with pytest.raises(DataError, match='Did you mean "sex"'):
        holds(frame, Condition(column="sez"))


def test_texts_of_typed_values() -> None:
    assert plain(as_text(pd.Series([18.0, 0.5, None]))) == ["18", "0.5", None]
    assert plain(as_text(pd.Series([1, None], dtype="Int64"))) == ["1", None]
    assert plain(as_text(pd.Series([True, None], dtype="boolean"))) == ["true", None]
    assert plain(as_text(pd.Series([True, False]))) == ["true", "false"]
    assert plain(as_text(pd.Series(pd.to_datetime(["2023-12-31", None])))) == ["2023-12-31", None]
    assert plain(as_text(pd.Series(["a", None], dtype="category"))) == ["a", None]
    assert plain(as_text(texts("a", "", None))) == ["a", None, None]


AREA = {"source": "r", "column": "area", "system": "gss-upper-tier", "vintage": 2021}


def test_area_codes_are_held_against_the_list_of_the_reference() -> None:
    frame = pd.DataFrame({"area": texts("E06000001", " E06000001 ", "E99999999", None, "nonsense", "E06000003")})
    area = Area.model_validate(AREA | {"reference": "c", "reference_code": "code"})
    column, lost = area_column(frame, area, pd.DataFrame({"code": texts("E06000001", "E06000002")}))
    assert plain(column) == ["E06000001", "E06000001", None, None, None, None]
    assert lost == {
        "area code not in the 2021 list": 2,
        "no area code": 1,
        "area of 2021 that the reference figures do not list": 1,
    }


def test_without_a_reference_the_list_of_the_system_counts() -> None:
    frame = pd.DataFrame({"area": texts("E06000001", "E06000063", None, "nonsense", "28")})
    column, lost = area_column(frame, Area.model_validate(AREA), None)
    assert plain(column) == ["E06000001", "E10000006", None, None, None]  # Cumberland lay in Cumbria in 2021
    assert lost == {"area code not in the 2021 list": 2, "no area code": 1}
    column, lost = area_column(frame, Area.model_validate(AREA | {"system": "none"}), None)
    assert column.notna().sum() == 4
    assert lost == {"area code not in the list": 0, "no area code": 1}
