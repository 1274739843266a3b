"""Everything wrong with a definition is reported at once, with file, line, field and what was probably meant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from shared.cases.columns import Bands, Recode
from shared.cases.load import list_slugs, load_case
from shared.cases.project import Project
from shared.errors import DefinitionError
from tests.cases.example import SLUG, definition, make_project, write_case


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path)


def faults(project: Project, data: dict[str, Any]) -> list[str]:
    write_case(project, data)
    with pytest.raises(DefinitionError) as caught:
        load_case(project, SLUG)
    return [str(fault) for fault in caught.value.faults]


def line_of(project: Project, text: str) -> int:
    lines = (project.casestudies / SLUG / "case.yaml").read_text().split("\n")
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_a_sound_definition_loads(project: Project) -> None:
    write_case(project, definition())
    case = load_case(project, SLUG)
    assert case.dates.reference_start == date(2023, 1, 1)
    assert list(case.records) == ["records"]
    assert isinstance(case.sources["records"].derive["age_band"], Bands)
    assert isinstance(case.sources["records"].derive["gender"], Recode)
    assert case.metadata == {"title": True, "version": None, "funder": False, "geography": "England"}


def test_slugs_are_the_folders_with_a_definition(project: Project) -> None:
    write_case(project, definition())
    for name in ("_draft", ".new-x"):
        (project.casestudies / name).mkdir()
        (project.casestudies / name / "case.yaml").write_text("a: 1")
    (project.casestudies / "empty").mkdir()
    assert list_slugs(project) == [SLUG]


def test_an_unknown_slug_gives_the_nearest(project: Project) -> None:
    write_case(project, definition())
    with pytest.raises(DefinitionError, match='Did you mean "food-bank"'):
        load_case(project, "food-bnak")
    (project.casestudies / "empty").mkdir()
    with pytest.raises(DefinitionError, match=r"no case\.yaml"):
        load_case(project, "empty")


def test_faults_of_every_kind_come_together_with_their_lines(project: Project) -> None:
    data = definition()
    data["organisation"]["fundr"] = "x"  # unknown key
    del data["population"]["statistic"]  # missing key
    data["features"]["unit"] = "persn"  # not in the vocabulary
    data["margins"][0]["reference"] = "cenus"  # names no source
    data["metadata"]["licens"] = True  # not an element
    data["overrides"]["DAT-99"] = {"lo": 0, "hi": 1, "reason": "long enough"}
    found = faults(project, data)
    file = f"casestudies/{SLUG}/case.yaml"
    assert len(found) == 6
    by_field = {text.split(": ")[0].split(", ")[-1]: text for text in found}
    assert by_field["organisation.fundr"].endswith('There is no key "fundr" here. Did you mean "funder"?')
    assert by_field["organisation.fundr"].startswith(f"{file}, line {line_of(project, 'fundr')}, ")
    assert 'required key "statistic" is missing' in by_field["population.statistic"]
    assert f"line {line_of(project, 'population:')}," in by_field["population.statistic"]
    assert 'Did you mean "person"?' in by_field["features.unit"]
    assert f"line {line_of(project, 'unit: persn')}," in by_field["features.unit"]
    assert 'no source "cenus". Did you mean "census"?' in by_field["margins[entry 1].reference"]
    assert 'Did you mean "licence"?' in by_field["metadata.licens"]
    assert 'no indicator "DAT-99"' in by_field["overrides.DAT-99"]


def put(*path: str | int, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(data: Any) -> None:
        for step in path[:-1]:
            data = data[step]
        data[path[-1]] = value

    return change


RECORDS = ("sources", "records")
CASES: dict[str, tuple[Callable[[dict[str, Any]], None], str]] = {
    "slug": (put("slug", value="other"), 'slug: The slug is "other", the folder "food-bank".'),
    "area source": (
        put("area", "source", value="record"),
        'area.source: There is no source "record". Did you mean "records"?',
    ),
    "area column": (
        put("area", "column", value="aera"),
        'area.column: There is no column "aera" in this source. Did you mean "area"?',
    ),
    "area reference column": (put("area", "reference_code", value="cod"), 'Did you mean "code"?'),
    "area reference kind": (
        put("area", "reference", value="records"),
        "of kind records. One of kind reference is needed.",
    ),
    "area boundaries kind": (
        put("area", "boundaries", value="census"),
        "of kind reference. One of kind boundaries is needed.",
    ),
    "estimate column": (put("estimates", 0, "column", value="house"), 'Did you mean "housed"?'),
    "estimate answer": (put("estimates", 0, "is_in", value=["yess"]), 'never holds "yess". Did you mean "yes"?'),
    "estimate source": (
        put("estimates", 0, "source", value="nowhere"),
        'There is no source "nowhere". Declared: records.',
    ),
    "total source": (
        put("totals", 0, "reference", "source", value="sensus"),
        'totals[entry 1].reference.source: There is no source "sensus".',
    ),
    "total column": (put("totals", 0, "reference", "column", value="female"), 'Did you mean "females"?'),
    "total condition": (
        put("totals", 0, "source", "where", value=[{"column": "gender", "is_in": ["Womem"]}]),
        'Did you mean "Women"?',
    ),
    "margin group": (
        put("margins", 0, "reference_columns", value={"Femal": "females"}),
        'has no group "Femal". Did you mean "Female"?',
    ),
    "margin reference column": (
        put("margins", 0, "reference_columns", value={"Male": "malez"}),
        'Did you mean "males"?',
    ),
    "margin required group": (
        put("margins", 0, "required_groups", value=["Other"]),
        'There is no group "Other" in this margin.',
    ),
    "consent column": (
        put("consent", "column", value="consnt"),
        'consent.column: There is no column "consnt" in this source. Did you mean "consent"?',
    ),
    "consent source kind": (put("consent", "source", value="census"), "One of kind records is needed."),
    "consent answer": (put("consent", "granted", value=["giveen"]), 'Did you mean "given"?'),
    "publish source": (
        put("disclosure", "publish", value={"rekords": ["sex"]}),
        'no source "rekords". Did you mean "records"?',
    ),
    "publish column": (put("disclosure", "publish", "records", value=["sexx"]), 'Did you mean "sex"?'),
    "publish identifier": (
        put("disclosure", "publish", "records", value=["id"]),
        "role identifier and can never be published",
    ),
    "key": (put(*RECORDS, "key", value=["idd"]), 'sources.records.key[entry 1]: There is no column "idd"'),
    "key twice": (put(*RECORDS, "key", value=["id", "id"]), '"id" is named twice in the key.'),
    "weight": (put(*RECORDS, "weight", value="wt"), 'sources.records.weight: There is no column "wt"'),
    "edit column": (put(*RECORDS, "edits", 0, "left", value="arived"), 'Did you mean "arrived"?'),
    "edit types": (put(*RECORDS, "edits", 0, "right", value="age"), "cannot be compared (date and number)"),
    "derive column": (
        put(*RECORDS, "derive", "gender", "column", value="sx"),
        'There is no column "sx" to derive from. Did you mean "sex"?',
    ),
    "derive name": (
        put(*RECORDS, "derive", "sex", value={"column": "sex", "map": {"Female": "F"}}),
        '"sex" is the name of a column of the file.',
    ),
    "bands of text": (put(*RECORDS, "derive", "age_band", "column", value="sex"), '"sex" is not a column of numbers.'),
    "recode file": (put(*RECORDS, "derive", "place", "file", value="gone.csv"), 'The file "gone.csv" is missing.'),
    "recode file outside": (put(*RECORDS, "derive", "place", "file", value="../x.csv"), "must lie inside the project"),
    "applicable when": (
        put(*RECORDS, "columns", "decided", "applicable_when", value={"column": "arive"}),
        'Did you mean "arrived"?',
    ),
    "pattern": (put(*RECORDS, "columns", "area", "pattern", value="E(06"), "not a regular expression"),
    "limits": (put(*RECORDS, "columns", "age", "minimum", value=200), "The minimum is above the maximum."),
    "encoding": (put(*RECORDS, "encoding", value="utf-9"), 'There is no encoding "utf-9". Did you mean "utf-8"?'),
    "format of boundaries": (
        put("sources", "census", "kind", value="boundaries"),
        "boundaries cannot have the format csv",
    ),
    "sheet of text": (put(*RECORDS, "sheet", value="Data"), '"sheet" means nothing in the format csv.'),
    "crs of text": (put(*RECORDS, "crs", value="EPSG:4326"), '"crs" means nothing in the format csv.'),
    "member of text": (put(*RECORDS, "member", value="a.csv"), "A file of format csv has no members."),
    "heading that falls": (put(*RECORDS, "header_row", value=[3, 2]), "The rows of the heading must rise."),
    "heading skipped": (
        lambda data: data["sources"]["records"].update(header_row=2, skip_rows=[2]),
        "A row of the heading is also to be skipped.",
    ),
    "row 0": (put(*RECORDS, "header_row", value=0), "header_row"),
    "no columns": (put(*RECORDS, "columns", value={}), "No column is described."),
    "override judged": (
        put("overrides", value={"GOV-1": {"lo": 0, "hi": 4, "reason": "long enough"}}),
        "GOV-1 is judged",
    ),
    "weight override": (
        put("weight_overrides", value={"DAT-77": {"weight": 2, "reason": "long enough"}}),
        'weight_overrides.DAT-77: There is no indicator "DAT-77".',
    ),
    "floor override": (
        put("floor_overrides", value=[{"use": "context", "dimension": "DTA", "floor": 5, "reason": "long enough"}]),
        'There is no dimension "DTA". Did you mean "DAT"?',
    ),
    "metadata no": (put("metadata", "funder", value="no"), '"no" would count as provided.'),
    "metadata number": (put("metadata", "version", value=2), 'must be a text. Put it in quotation marks: "2".'),
    "future reference": (put("dates", "reference_end", value="2025-01-01"), '"reference_end" is after "assessed_on".'),
    "future release": (put("dates", "first_release", value="2025-01-01"), 'still to come is "planned_release"'),
    "future source": (put("sources", "census", "as_at", value="2025-01-01"), '"as_at" is after "assessed_on".'),
    "dates out of order": (
        put("dates", "reference_start", value="2024-01-01"),
        '"reference_start" is after "reference_end".',
    ),
    "no date": (put("dates", "assessed_on", value="30 June"), "dates.assessed_on: "),
    "hash": (put(*RECORDS, "sha256", value="abc"), "64 digits and letters a to f"),
    "http": (put(*RECORDS, "url", value="http://x.org/a"), "begins with https://"),
    "both places": (put(*RECORDS, "url", value="https://x.org/a"), 'Give either "path" (inside the project) or "url"'),
    "allowed numbers": (put(*RECORDS, "columns", "housed", "allowed", value=[1, 2, 3]), "(and 2 more in this list)"),
    "unknown role": (put(*RECORDS, "columns", "id", "role", value="identifer"), 'Did you mean "identifier"?'),
    "scorers": (
        put("scorers", value={"source": "records", "columns": ["sx", "age"], "level": "nominal"}),
        'scorers.columns[entry 1]: There is no column "sx"',
    ),
    "interviewer source": (
        put("interviewer", value={"source": "recs", "column": "sex", "outcome": "age"}),
        'interviewer.source: There is no source "recs".',
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_fault_is_said_in_words(project: Project, name: str) -> None:
    change, expected = CASES[name]
    data = definition()
    change(data)
    found = faults(project, data)
    assert any(expected in text for text in found), found
    assert all(text.startswith(f"casestudies/{SLUG}/case.yaml, line ") for text in found), found


def test_an_unsound_part_does_not_make_sound_names_look_wrong(project: Project) -> None:
    """The census is declared, only badly: what refers to it is not at fault."""
    data = definition()
    data["sources"]["census"]["licens"] = data["sources"]["census"].pop("licence")
    found = faults(project, data)
    assert len(found) == 2
    assert all("sources.census" in text for text in found)


def test_a_table_needs_its_column_of_counts(project: Project) -> None:
    data = definition()
    data["sources"]["records"]["kind"] = "table"
    del data["consent"]
    found = faults(project, data)
    assert sum('A table needs "count"' in text for text in found) == 3  # area, margin, estimate
