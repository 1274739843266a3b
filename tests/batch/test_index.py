"""The index: every case study, in words, in alphabetical order, and nothing that ranks."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from shared.batch.index import write_index
from shared.batch.inputs import file_hash
from shared.batch.record import CaseRecord, Failure, Published, RunState
from shared.batch.run import run_cases
from shared.cases.project import Project
from tests.batch.small import Told, add_case, result

FINISHED = "2026-01-02T03:04:05+00:00"


def put_result(project: Project, slug: str, **changes: Any) -> CaseRecord:
    """Lay down the results of a good run and return its record."""
    folder = project.outputs / slug
    folder.mkdir(parents=True)
    (folder / "report.html").write_text("<title>report</title>", encoding="utf-8")
    (folder / "result.json").write_text(json.dumps(result(slug, **changes)), encoding="utf-8")
    files = {"result.json": file_hash(folder / "result.json")}
    return CaseRecord(slug, RunState.DONE, published=Published({}, files, FINISHED))


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data.split()

    @property
    def text(self) -> str:
        return " ".join(self.words)


def index(project: Project, *records: CaseRecord) -> Page:
    path = write_index(project, {record.slug: record for record in records})
    assert path == project.outputs / "index.html"
    return Page(path.read_text(encoding="utf-8"))


def uses(*statuses: str) -> list[dict[str, Any]]:
    names = ("context", "quality-assure", "complement", "fill-gap", "benchmark", "replace")
    (one,) = result("alpha")["uses"]
    return [one | {"use": use, "status": status} for use, status in zip(names, statuses, strict=True)]


def test_six_uses_in_words(project: Project) -> None:
    add_case(project, "alpha")
    statuses = ("met", "not_met", "not_known", "met", "not_known", "not_met")
    page = index(project, put_result(project, "alpha", uses=uses(*statuses)))
    assert (
        "Give context met Quality-assure not met Complement not known Fill a gap met Benchmark not known "
        "Replace not met"
    ) in page.text
    assert "Organisation alpha (made-up example)" in page.text
    assert "A summary in one line." in page.text
    assert "Data for 1 January 2024 to 31 December 2024. Assessed as at 31 March 2025." in page.text
    assert "Provenance: last good run 2 January 2026, 03:04 UTC, register 2026.1" in page.text
    assert page.text.count("2026") == 2  # no other clock on the page


def test_a_result_that_was_altered_is_not_shown(project: Project) -> None:
    add_case(project, "alpha")
    record = put_result(project, "alpha", uses=uses(*("not_met",) * 6))
    path = project.outputs / "alpha" / "result.json"
    path.write_text(path.read_text(encoding="utf-8").replace("not_met", "met"), encoding="utf-8")
    assert "There is no result yet." in index(project, record).text


def test_alphabetical_by_title_and_nothing_ranked(project: Project) -> None:
    for slug, title in (("alpha", "Zebra"), ("beta", "apple"), ("gamma", "Mango")):
        add_case(project, slug)
        path = project.casestudies / slug / "case.yaml"
        path.write_text(path.read_text(encoding="utf-8").replace(f"Title of {slug}", title), encoding="utf-8")
    page = index(project)
    assert page.text.index("apple") < page.text.index("Mango") < page.text.index("Zebra")
    assert "The index ranks nobody" in page.text
    assert "ol" not in {tag for tag, _ in page.tags}  # a numbered list would be a ranking
    listing = json.loads((project.outputs / "index.json").read_text(encoding="utf-8"))
    assert [case["slug"] for case in listing["cases"]] == ["beta", "gamma", "alpha"]


def test_the_look_is_the_same_whatever_the_result(project: Project) -> None:
    add_case(project, "alpha")
    pages = []
    for statuses in (("met",) * 6, ("not_met",) * 6):
        record = put_result(project, "alpha", uses=uses(*statuses))
        text = write_index(project, {"alpha": record}).read_text(encoding="utf-8")
        pages.append(re.sub(r"<dd>[a-z ]+</dd>", "<dd></dd>", text))
        for path in (project.outputs / "alpha").iterdir():
            path.unlink()
        (project.outputs / "alpha").rmdir()
    assert pages[0] == pages[1]


def test_no_script_no_request_and_links_that_exist(project: Project) -> None:
    add_case(project, "alpha")
    run_cases(project, ["alpha"], progress=Told())
    page = Page((project.outputs / "index.html").read_text(encoding="utf-8"))
    names = {tag for tag, _ in page.tags}
    assert not names & {"script", "img", "iframe", "link", "object"}
    links = [attributes["href"] or "" for tag, attributes in page.tags if tag == "a"]
    files = [link for link in links if not link.startswith("#")]
    assert {link.rsplit("/")[-1] for link in files} == {"report.html", "result.json", "notebook.ipynb", "run.log"}
    assert all((project.outputs / link).is_file() for link in files)
    policy = next(attributes["content"] for tag, attributes in page.tags if attributes.get("http-equiv"))
    assert "default-src 'none'" in (policy or "")
    assert "script-src 'none'" in (policy or "")
    assert not [attributes for _, attributes in page.tags if "style" in attributes]  # the policy would refuse it


def test_heading_of_each_case_names_its_section(project: Project) -> None:
    add_case(project, "alpha")
    page = index(project)
    sections = [attributes["aria-labelledby"] for tag, attributes in page.tags if tag == "section"]
    headings = [attributes.get("id") for tag, attributes in page.tags if tag == "h2"]
    assert sections == headings == ["case-alpha"]
    assert [tag for tag, _ in page.tags].count("h1") == 1


def test_what_is_to_be_typed_is_said(project: Project) -> None:
    for slug in ("alpha", "beta", "gamma"):
        add_case(project, slug)
    failure = Failure("DataError", "a < b & c", 5, "coverage", "Coverage & maps")
    page = index(
        project,
        CaseRecord("alpha", RunState.DATA_MISSING, "casebook data pull alpha"),
        CaseRecord("beta", RunState.FAILED, failure=failure),
    )
    assert "Data not present. To fetch them: casebook data pull alpha" in page.text
    assert 'Last run: failed in cell 5 (id coverage) under "Coverage & maps" (DataError).' in page.text
    assert "a < b & c" in page.text
    assert "Not run yet. To run it: casebook run gamma" in page.text


def test_text_from_a_definition_is_text(project: Project) -> None:
    add_case(project, "alpha")
    path = project.casestudies / "alpha" / "case.yaml"
    hostile = "<script>alert(1)</script><b onclick=x>"
    text = path.read_text(encoding="utf-8")
    for name in ("Title of alpha", "Organisation alpha", "A summary in one line."):
        text = text.replace(name, f"'{name} {hostile}'")
    path.write_text(text, encoding="utf-8")
    page = index(project)
    assert page.text.count(hostile.split(" ")[0]) == 3
    assert not {"script", "b"} & {tag for tag, _ in page.tags}


def test_records_of_earlier_runs_count_for_the_others(project: Project) -> None:
    add_case(project, "alpha")
    add_case(project, "beta", "1 / 0")
    run_cases(project, ["alpha", "beta"], progress=Told())
    run_cases(project, ["alpha"], progress=Told())
    cases = json.loads((project.outputs / "index.json").read_text(encoding="utf-8"))["cases"]
    assert {case["slug"]: case["state"] for case in cases} == {"alpha": "unchanged", "beta": "failed"}


@pytest.mark.parametrize("width", [375, 1440])
@pytest.mark.browser
def test_no_sideways_scrolling_and_no_error_in_a_browser(project: Project, browser: Any, width: int) -> None:
    add_case(project, "alpha")
    failure = Failure("DataError", "x" * 400, 5, "coverage", "Coverage")
    record = put_result(project, "alpha", uses=uses(*("not_known",) * 6))
    path = write_index(
        project, {"alpha": CaseRecord("alpha", RunState.FAILED, failure=failure, published=record.published)}
    )
    page = browser.new_page(viewport={"width": width, "height": 800})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: said.append(request.url) if not request.url.startswith("file:") else None)
    page.goto(path.as_uri())
    page.locator("details").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("dl.uses dd").count() == 6
    assert said == []
    page.close()
