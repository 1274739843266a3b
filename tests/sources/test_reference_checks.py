"""A broken yardstick is refused with the evidence; the shipped and the real ones pass, or fail for a known reason."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from shared.cases.load import load_case
from shared.cases.model import CaseStudy
from shared.cases.project import Project, find_project
from shared.cases.reference_rules import ReferenceRules
from shared.errors import DataError, DefinitionError
from shared.sources.prepare import prepare
from shared.sources.reference_checks import ReferenceFinding, check_frames, check_reference
from shared.sources.rfile import parse_rda
from tests.cases.example import SLUG, definition, make_project, write_case

GOOD = "code,name,residents,females,males\nE06000001,Hartlepool,1200,600,600\nE06000002,Middlesbrough,2400,1300,1100\n"
BOTH = {"column": "code", "system": "gss-upper-tier", "vintage": 2021}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path)


def written(project: Project, checks: dict[str, Any], census: str = GOOD, **more: Any) -> CaseStudy:
    data = definition()
    data["sources"]["census"]["checks"] = checks
    data["sources"] |= more
    write_case(project, data, {"data/sample/census.csv": census.encode()})
    return load_case(project, SLUG)


def refused(project: Project, checks: dict[str, Any], census: str = GOOD, **more: Any) -> str:
    with pytest.raises(DataError, match="fails its own checks") as found:
        prepare(project, written(project, checks, census, **more))
    return str(found.value)


def test_a_sound_reference_passes_with_its_evidence(project: Project) -> None:
    checks = {
        "unique": "code",
        "adds_up": {"total": "residents", "parts": ["females", "males"]},
        "total": {"column": "residents", "expected": 3600, "source": "ONS"},
        "not_negative": ["females"],
    }
    case = written(project, checks)
    found = check_reference(case, prepare(project, case))
    assert [(f.rule, f.passed) for f in found] == [
        ("unique", True), ("adds_up", True), ("total", True), ("not_negative", True),
    ]  # fmt: skip
    assert found[0].evidence == 'Each of 2 rows has its own "code".'
    assert found[1].evidence.startswith('The 2 parts of "residents" add up to it in 2 of 2 rows (largest difference 0')
    assert found[2].evidence.startswith('"residents" adds up to 3,600; ONS gives 3,600')


def test_a_duplicated_area_is_refused(project: Project) -> None:
    said = refused(project, {"unique": "code"}, GOOD + "E06000002,Middlesbrough,2400,1300,1100\n")
    assert '1 values of "code" stand in more than one row: E06000002' in said
    assert "sources.census.checks.unique" in said


def test_an_area_without_a_code_is_refused(project: Project) -> None:
    assert '1 rows have no "code"' in refused(project, {"unique": "code"}, GOOD + ",Nowhere,1,1,0\n")


def test_a_dropped_area_is_refused(project: Project) -> None:
    """Two of the 174 upper-tier authorities of England and Wales in 2021: 172 are missing."""
    said = refused(project, {"complete": BOTH | {"countries": ["England", "Wales"]}})
    assert "2 of 174 areas of gss-upper-tier 2021 are in the table; missing: E06000003 Redcar and Cleveland" in said
    assert "and 167 more" in said


def test_a_code_of_another_year_is_refused(project: Project) -> None:
    said = refused(project, {"complete": True}, GOOD.replace("E06000002", "E06000063"))
    assert "1 codes are not of that list: E06000063" in said


def test_parts_that_do_not_add_up_are_refused_beyond_the_tolerance(project: Project) -> None:
    census = GOOD.replace("1300,1100", "1300,1130")
    said = refused(project, {"adds_up": {"total": "residents", "parts": ["females", "males"], "tolerance": 29}}, census)
    assert "in 1 of 2 rows (largest difference 30, up to 29 is taken as perturbation)" in said
    case = written(project, {"adds_up": {"total": "residents", "parts": ["females", "males"], "tolerance": 30}}, census)
    prepare(project, case)


def test_parts_that_cannot_be_compared_are_no_proof(project: Project) -> None:
    census = GOOD.replace("1300,1100", "1300,")
    said = refused(project, {"adds_up": {"total": "residents", "parts": ["females", "males"]}}, census)
    assert "add up to it in 1 of 2 rows" in said


def test_long_tables_add_up_by_area(project: Project) -> None:
    rows = ["E06000001,all,10", "E06000001,a,4", "E06000001,b,6", "E06000002,all,9", "E06000002,a,4", "E06000002,b,6"]
    long = {
        "kind": "reference", "title": "Long", "path": "data/sample/records.csv", "format": "csv", "licence": "x",
        "attribution": "y", "columns": {"code": {"role": "area"}, "group": {"role": "group"},
                                        "n": {"role": "count", "type": "integer"}},
    }  # fmt: skip
    rule = {"category": "group", "count": "n", "by": ["code"], "total": "all", "parts": ["a", "b"]}
    (project.root / "data/sample/long.csv").write_text("code,group,n\n" + "\n".join(rows) + "\n", encoding="utf-8")
    data = definition()
    data["sources"]["long"] = long | {"path": "data/sample/long.csv", "checks": {"adds_up": rule}}
    write_case(project, data, {"data/sample/long.csv": ("code,group,n\n" + "\n".join(rows) + "\n").encode()})
    with pytest.raises(DataError, match=r"The 2 parts of .all. add up to it in 1 of 2 rows \(largest difference 1,"):
        prepare(project, load_case(project, SLUG))


def test_a_wrong_grand_total_is_refused(project: Project) -> None:
    said = refused(project, {"total": {"column": "residents", "expected": 3700, "tolerance": 99, "source": "ONS"}})
    assert '"residents" adds up to 3,600; ONS gives 3,700 (a difference of -100, up to 99 allowed)' in said


def test_another_base_is_refused(project: Project) -> None:
    """Households are 0.4 of the residents: a ratio of 2.5, far from 1."""
    households = "code,households\nE06000001,480\nE06000002,960\n"
    other = {
        "kind": "reference", "title": "Households", "path": "data/sample/households.csv", "format": "csv",
        "licence": "x", "attribution": "y",
        "columns": {"code": {"role": "area"}, "households": {"role": "count", "type": "integer"}},
    }  # fmt: skip
    rule = {"column": "residents", "by": "code", "like": "homes", "like_by": "code", "like_column": "households"}
    data = definition()
    data["sources"]["census"]["checks"] = {"same_base": rule}
    data["sources"]["homes"] = other
    files = {"data/sample/census.csv": GOOD.encode(), "data/sample/households.csv": households.encode()}
    write_case(project, data, files)
    with pytest.raises(DataError, match=r"as 2\.500 to 1 \(median of 2 areas; 0\.9 to 1\.1 means the same base\)"):
        prepare(project, load_case(project, SLUG))


def test_every_failure_is_reported_together(project: Project) -> None:
    checks = {
        "unique": "code",
        "total": [
            {"column": "residents", "expected": 1, "source": "ONS"},
            {"column": "males", "expected": 2, "source": "ONS"},
        ],
    }  # fmt: skip
    with pytest.raises(DataError) as found:
        prepare(project, written(project, checks, GOOD + "E06000002,Middlesbrough,2400,1300,1100\n"))
    assert len(found.value.faults) == 3


@pytest.mark.parametrize(
    ("checks", "said"),
    [
        ({"unique": "cod"}, 'Did you mean "code"'),
        ({"adds_up": {"total": "residents", "parts": ["femals"]}}, 'Did you mean "females"'),
        ({"total": {"column": "residnts", "expected": 1, "source": "ONS"}}, 'Did you mean "residents"'),
        ({"complete": BOTH | {"vintage": 2031}}, "known for 2008 to 2025"),
        ({"adds_up": {"total": "a", "parts": ["b"], "category": "code"}}, '"category" together with "count"'),
        ({"same_base": {"column": "males", "by": "code", "like": "cens", "like_by": "code", "like_column": "females"}},
         'Did you mean "census"'),
        ({"uniqe": "code"}, "uniqe"),
    ],
)  # fmt: skip
def test_faults_of_the_block_checks(project: Project, checks: dict[str, Any], said: str) -> None:
    with pytest.raises(DefinitionError, match=said):
        written(project, checks)


def test_only_references_have_checks(project: Project) -> None:
    data = definition()
    data["sources"]["records"]["checks"] = {"unique": "id"}
    write_case(project, data)
    with pytest.raises(DefinitionError, match="belong to sources of kind reference"):
        load_case(project, SLUG)


def test_complete_true_needs_the_reference_of_the_block_area(project: Project) -> None:
    data = definition()
    data["area"] |= {"system": "none"}
    data["sources"]["census"]["checks"] = {"complete": True}
    write_case(project, data)
    with pytest.raises(DefinitionError, match="does not say which areas"):
        load_case(project, SLUG)


SHIPPED = {"refugee-casework": 10, "traveller-survey": 5, "hotspots-india": 6}


@pytest.mark.parametrize("slug", SHIPPED)
def test_the_shipped_references_pass(root: Path, slug: str) -> None:
    found_in = find_project(root)
    case = load_case(found_in, slug)
    found = check_reference(case, prepare(found_in, case))
    assert len(found) == SHIPPED[slug], "every declared check is made"
    assert all(finding.passed for finding in found), [finding.evidence for finding in found]


DEMOGRAPHR = "humaniverse/demographr/d0417101e5cad5fe1eca059ac60859e9157a29d2/data"


def checked(frames: dict[str, pd.DataFrame], checks: dict[str, dict[str, Any]]) -> list[ReferenceFinding]:
    """The checks of a case study that has these frames as its references."""
    rules = {name: ReferenceRules.model_validate(declared) for name, declared in checks.items()}
    sources = {name: SimpleNamespace(checks=rules.get(name)) for name in frames}
    return check_frames(SimpleNamespace(area=None, sources=sources), frames)  # type: ignore[arg-type]


@pytest.mark.mirror
def test_real_tables_of_the_census_and_of_homes(mirror: Path) -> None:
    """Census 2021 by lower-tier authority: women and men add up exactly, ethnic groups within 17, residents to the
    published total within the perturbation; households are no residents."""

    def table(name: str) -> pd.DataFrame:
        path = f"{DEMOGRAPHR}/{name}.rda"
        return parse_rda((mirror / path).read_bytes(), shown=path, member=None)

    people, homes, mid = table("age_gender21_ltla21_ew"), table("households21_ltla21"), table("population20_ltla21")
    ethnic = table("ethnicity21_ltla21")
    groups = ethnic[ethnic["ethnic_group"].str.endswith("(number)")].groupby("ltla21_code")["value"].sum()
    people = people.assign(ethnic=people["ltla21_code"].map(groups))
    area = {"column": "ltla21_code", "system": "gss-lower-tier", "vintage": 2021}
    base = {"by": "ltla21_code", "like": "people", "like_by": "ltla21_code", "like_column": "total_population"}
    ages = [str(age) for age in range(90)] + ["90+"]
    found = checked(
        {"people": people, "homes": homes, "mid": mid},
        {
            "people": {
                "unique": "ltla21_code",
                "complete": area,
                "adds_up": [
                    {"total": "total_population", "parts": ["total_females", "total_males"]},
                    {"total": "total_population", "parts": ["ethnic"], "tolerance": 17},
                    {"total": "total_population", "parts": ["ethnic"], "tolerance": 16},
                ],
                "total": {"column": "total_population", "expected": 59597542, "tolerance": 50, "source": "ONS"},
            },
            "homes": {"complete": area, "same_base": base | {"column": "households"}},
            "mid": {
                "complete": area,
                "adds_up": {"total": "total_population", "parts": ages},
                "total": {"column": "total_population", "expected": 59719724, "source": "ONS"},
                "same_base": base | {"column": "total_population"},
            },
        },
    )
    failed = [(finding.source_id, finding.rule) for finding in found if not finding.passed]
    assert failed == [("people", "adds_up"), ("homes", "same_base")]
    assert len(found) == 12


@pytest.mark.mirror
def test_a_real_table_with_areas_twice(mirror: Path) -> None:
    """Home Office, December 2022: a column of codes slipped, so that areas stand more than once."""
    path = "humaniverse/asylum/e7044ecf2a924a5fccc6bd1011ef71cf4e90c383/data/local_authority_support.rda"
    frame = parse_rda((mirror / path).read_bytes(), shown=path, member=None)
    key = ["LAD Code", "Support Type", "Accommodation Type"]
    for day, sound in (("2022-12-31", False), ("2023-03-31", False), ("2023-12-31", True)):
        (found,) = checked({"home": frame[frame["Date"] == day]}, {"home": {"unique": key}})
        assert found.passed is sound, day
        assert sound or "stand in more than one row" in found.evidence
