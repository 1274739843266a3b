"""Hostile definitions, forms, schemas, names and parameters: clear words, nothing run, nothing written elsewhere."""

# ruff: noqa: E501  # lists of hostile words

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from shared.batch.params import parse_overrides
from shared.cases.document import read_document
from shared.cases.load import load_case
from shared.cases.project import Project
from shared.cases.scaffold import new_case
from shared.cli import main
from shared.errors import CasebookError
from shared.sources.locate import file_name
from shared.sources.profile import profile_file
from shared.sources.profile.draft import draft_definition
from tests.cases.example import SLUG, definition, make_project, write_case
from tests.cases.survey import form
from tests.hostile import texts
from tests.hostile.documents import DOCUMENTS
from tests.hostile.inputs import ESCAPE, FORMULAS, SCRIPT, Hostile
from tests.hostile.watch import bounded, nothing_left, said_clearly

WORDS = {"script": SCRIPT, "escape codes": f"{ESCAPE}\u202e{FORMULAS[0]}", "path": "../../x", "long": "x" * 40_000,
         "lines": "a\n## b\n\n<b>c</b> [x](javascript:alert(1)) ![y](https://example.org/y.png) `z` {{7*7}} %s"}  # fmt: skip


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    made = make_project(tmp_path)
    monkeypatch.chdir(tmp_path)
    return made


def refusal(action: Any, *given: Any) -> CasebookError | None:
    """Do it under watch and return what it was refused with, None when it was not."""
    try:
        with bounded(seconds=8, megabytes=500):
            action(*given)
    except CasebookError as error:
        return error
    return None


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_hostile_document_is_no_definition(name: str, project: Project) -> None:
    folder = project.casestudies / SLUG
    folder.mkdir()
    (folder / "case.yaml").write_bytes(DOCUMENTS[name])
    with nothing_left(project.root):
        error = refusal(load_case, project, SLUG)
    assert error is not None
    text = str(error)
    assert "case.yaml" in text
    assert len(text) < 200_000
    assert text.replace("\n", " ").isprintable()
    assert not (project.root / "owned").exists()


def fields(data: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The places of all texts of a definition."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from fields(value, (*place, key))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from fields(value, (*place, number))
    elif isinstance(data, str):
        yield place


@pytest.mark.parametrize("what", WORDS)
def test_hostile_words_in_every_field_of_a_definition(what: str, project: Project) -> None:
    """One field after the other: the definition is sound with it, or it is said where it is not."""
    sound = definition()
    write_case(project, sound)  # sets the hashes
    outcomes = set()
    places = list(fields(sound))
    for place in places if what in ("script", "escape codes") else places[::3]:
        changed = json.loads(json.dumps(sound))
        inside = changed
        for step in place[:-1]:
            inside = inside[step]
        inside[place[-1]] = WORDS[what]
        path = project.casestudies / SLUG / "case.yaml"
        path.write_text(yaml.dump(changed, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper)), encoding="utf-8")
        error = refusal(load_case, project, SLUG)
        outcomes.add(error is None)
        if error is not None:
            text = str(error)
            assert text.replace("\n", " ").isprintable(), place
            assert "case.yaml" in text, place
            assert len(text) < 40_000, place
    assert True in outcomes


def test_a_hostile_title_does_not_command_the_terminal(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    data = definition() | {"title": ESCAPE}
    write_case(project, data)
    (project.root / "pyproject.toml").touch()
    monkeypatch.setenv("CASEBOOK_ROOT", str(project.root))
    for command in (["list"], ["check", SLUG], ["data", "status", SLUG], ["run", f"x{ESCAPE}"], ["run", "../x"]):
        said = CliRunner().invoke(main, command)
        assert said.exit_code in (0, 1, 2), said.output
        assert said.exception is None or isinstance(said.exception, SystemExit)
        assert "\x1b" not in said.output, command
        assert "\x07" not in said.output, command


PATTERNS = ("^(a+)+$", "(a|aa)+(?=c)$", "(a*)*b\\1", "(?P<n>a)(?P=n)", "(", "[", "a{99999999}", "(?i)a", "(a{1000}){1000}",
            "(" * 500 + ")" * 500, "(?#", "\\", "(?<!x)a", "\\p{Greek}", "^" + "(a?)" * 60 + "a" * 60 + "$")  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_hostile_pattern_is_refused_or_harmless(pattern: str, project: Project) -> None:
    """What is let through takes a time that grows with the text only: tried on a text made to hurt."""
    import pandas as pd

    data = definition()
    data["sources"]["records"]["columns"]["area"]["pattern"] = pattern
    write_case(project, data)
    error = refusal(load_case, project, SLUG)
    if error is not None:
        assert "pattern" in str(error)
    else:
        with bounded(seconds=2):
            pd.Series(["a" * 60 + "!"] * 200, dtype="str").str.contains(f"^(?:{pattern})$".replace("(a", "(?:a"))


@pytest.mark.parametrize("column", [3, 5, 6])
@pytest.mark.parametrize("words", ["regex(., '(a|aa)+(?=c)$')", "${" + "x" * 5000 + "} = 'a'", "(" * 3000, "${a} = ${a} or " * 400
                         + "1", SCRIPT, ESCAPE.replace("\x1b", "").replace("\x07", ""), "'" * 1001, "document('file:///etc/passwd')",
                         "pulldata('x', 'y', 'z', .)", ". >= 1e999", ". >= " + "9" * 4000, "date('0000-00-00') <= .",
                         ". <= date('99999-99-99')", "..//../..//..", "${a", "0 div 0"])  # fmt: skip
def test_a_form_with_hostile_rules(words: str, column: int, project: Project) -> None:
    """In a label, a condition and a constraint."""
    row = ["text", "a", "A", "A", "", "", ""]
    row[column] = words
    data = definition()
    data["sources"]["records"]["xlsform"] = "form.xlsx"
    path = write_case(project, data)
    (path.parent / "form.xlsx").write_bytes(form([row, ["integer", "b", "B", "B"]]))
    with nothing_left(project.root):
        error = refusal(load_case, project, SLUG)
    if error is not None:
        assert "form.xlsx" in str(error)
        assert str(error).replace("\n", " ").isprintable()


SCHEMAS: dict[str, Any] = {
    "a path that leads out": {"resources": [{"name": "r", "path": "records.csv", "schema": "../../../etc/passwd"}]},
    "an absolute path": {"resources": [{"name": "r", "path": "records.csv", "schema": "/etc/passwd"}]},
    "an address": {"resources": [{"name": "r", "path": "records.csv", "schema": "https://example.org/s.json"}]},
    "a file address": {"resources": [{"name": "r", "path": "records.csv", "schema": "file:///etc/passwd"}]},
    "a schema that is itself": {"resources": [{"name": "r", "path": "records.csv", "schema": "schema.json"}]},
    "resources that are a text": {"resources": "https://example.org"},
    "resources that are numbers": {"resources": [1, 2]},
    "paths of blocks": {"resources": [{"path": {"a": 1}, "schema": {}}]},
    "no fields": {"fields": []},
    "fields that are a text": {"fields": SCRIPT},
    "fields that are numbers": {"fields": [1]},
    "a field without a name": {"fields": [{"type": "string"}]},
    "a name that is a block": {"fields": [{"name": {"a": 1}}]},
    "a name of markup": {"fields": [{"name": SCRIPT, "title": ESCAPE}]},
    "a type that is none": {"fields": [{"name": "a", "type": SCRIPT}]},
    "constraints that are a list": {"fields": [{"name": "a", "type": "string", "constraints": [1]}]},
    "a pattern without end": {"fields": [{"name": "a", "type": "string", "constraints": {"pattern": PATTERNS[1]}}]},
    "a bound that is a word": {"fields": [{"name": "a", "type": "integer", "constraints": {"minimum": ESCAPE}}]},
    "a bound without end": {"fields": [{"name": "a", "type": "number", "constraints": {"minimum": 1e308 * 10}}]},
    "lengths without end": {"fields": [{"name": "a", "type": "string", "constraints": {"maxLength": 10**12}}]},
    "an enum of blocks": {"fields": [{"name": "a", "type": "string", "constraints": {"enum": [{"a": 1}]}}]},
    "a key that is a block": {"fields": [{"name": "a"}], "primaryKey": {"a": 1}},
    "missing values that are a number": {"fields": [{"name": "a"}], "missingValues": 7},
    "roles of others": {"fields": [{"name": "a", "casebook:role": SCRIPT, "casebook:pattern": [1]}]},
    "5,000 fields": {"fields": [{"name": f"f{n}", "type": "string"} for n in range(5000)]},
    "a profile on the network": {"$schema": "https://example.org/x", "profile": "https://example.org/p",
                                 "fields": [{"name": "a"}]},
}  # fmt: skip


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_hostile_schema(name: str, project: Project) -> None:
    data = definition()
    data["sources"]["records"]["table_schema"] = "schema.json"
    path = write_case(project, data)
    (path.parent / "schema.json").write_text(json.dumps(SCHEMAS[name]), encoding="utf-8")
    with nothing_left(project.root):
        error = refusal(load_case, project, SLUG)
    if error is not None:
        text = str(error)
        assert "schema.json" in text or "case.yaml" in text
        assert text.replace("\n", " ").isprintable()
        assert "root:" not in text


PARAMETERS = ("seed=1;import os", "seed=1\nimport os", "seed=__import__('os')", "as_of=2024-01-01');import os;('", "use=\"\"\"",
              "policy=strict\x1b[2J", "draws=1e9", "draws=0x10", "draws=１２", "interactive=True if 1 else 0", "__class__=1",
              "case_id=../x", "seed=1 #", "as_of={{7*7}}", "seed=" + "9" * 5000, "=1", "", "\x00=1", "seed=\x00", "as_of=\n",
              "draws=True", "interactive=1", "use=context\n", "use=__import__", "sEED=1", "seed =1", "se\u0435d=1")  # fmt: skip


@pytest.mark.parametrize("text", PARAMETERS, ids=[f"p{n}" for n in range(len(PARAMETERS))])
def test_a_parameter_that_is_code(text: str) -> None:
    error = refusal(parse_overrides, [text])
    assert error is not None
    assert str(error).replace("\n", " ").isprintable()


SLUGS = ("../x", "..", ".", "/etc", "a/b", "a\\b", "A", "a b", "a\nb", "a\x00b", "-a", "a-", "_template", "", "é", "x" * 200,
         "~", "$(id)", "a;b", "con.", "a--b", ESCAPE)  # fmt: skip


@pytest.mark.parametrize("slug", SLUGS, ids=[f"s{n}" for n in range(len(SLUGS))])
def test_a_slug_that_leads_elsewhere(slug: str, project: Project) -> None:
    with nothing_left(project.root):
        for action in (new_case, load_case):
            error = refusal(action, project, slug)
            assert error is not None, action
            assert str(error).replace("\n", " ").isprintable()


ADDRESSES = ("https://example.org/../../etc/passwd", "https://example.org/%2e%2e/%2e%2e/x", "https://example.org/",
             "https://example.org", "https://example.org/a%00b", "https://example.org/a\\..\\b", "https:///x",
             "https://example.org/%5c..%5cx", "https://example.org/..%2f..%2fx", "https://../x", "https://[::1/x")  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_that_leads_out_of_the_folder(address: str, tmp_path: Path) -> None:
    """A download is never written outside its folder: refused, or inside."""
    found: list[Path] = []
    error = refusal(lambda: found.append(tmp_path / file_name(address)))
    if error is None:
        assert found[0].resolve().is_relative_to(tmp_path.resolve())
        assert found[0] != tmp_path
    else:
        said_clearly(error)


HEADINGS = [one for one in texts.INPUTS if one.name.startswith(("heading", "a formula", "two byte")) and one.rows]


@pytest.mark.parametrize("one", HEADINGS, ids=lambda one: one.name)
def test_a_definition_drafted_from_a_hostile_file_says_its_names_and_nothing_else(
    one: Hostile, project: Project
) -> None:
    path = project.root / "given.csv"
    path.write_bytes(one.make())
    profile = profile_file(path)
    (project.root / "draft.yaml").write_text(draft_definition(profile, "a-case", project, path), encoding="utf-8")
    written = read_document(project.root / "draft.yaml", "draft.yaml")
    assert not written.faults
    sources = written.data["sources"]
    (source,) = sources.values()
    assert list(source["columns"]) == [column.name for column in profile.columns]
    assert set(written.data) >= {"slug", "title", "sources", "disclosure"}


@pytest.mark.parametrize("name", ["a\nb.csv", f"{ESCAPE}.csv", "\u202evsc.csv", "-rf.csv", "<img src=x>.csv"])
def test_a_file_with_a_hostile_name(name: str, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    (project.root / name).write_text("name,n\nA,1\nB,2\n")
    said = CliRunner().invoke(main, ["profile", "--", name])
    assert said.exit_code == 0, said.output
    assert said.output.replace("\n", " ").isprintable()
    missing = CliRunner().invoke(main, ["profile", "--", f"not {name}"])
    assert missing.exit_code == 2
    assert missing.output.replace("\n", " ").isprintable()
