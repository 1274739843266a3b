"""The command line as a new user meets it: what it says, and what it ends with."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.whole.conftest import Copy, copy_of


@pytest.fixture
def fresh(tmp_path: Path) -> Copy:
    """A copy without outputs and without a mirror."""
    return copy_of(tmp_path, None)


def test_every_command_explains_itself(fresh: Copy) -> None:
    top = fresh.casebook("--help")
    assert top.returncode == 0
    assert "Exit codes" in top.stdout
    commands = re.findall(r"^  ([a-z]+) ", top.stdout.split("Commands:")[1], re.M)
    assert {"list", "new", "check", "run", "data", "lab", "decide", "instrument"} <= set(commands)
    for command in commands:
        told = fresh.casebook(command, "--help")
        assert told.returncode == 0
        assert len(told.stdout.splitlines()) > 3


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["rnu"], 'Did you mean "run"?'),
        (["run", "refuge-casework"], 'Did you mean "refugee-casework"?'),
        (["check", "traveler-survey"], 'Did you mean "traveller-survey"?'),
        (["run", "hotspots-india", "-p", "polcy=strict"], '"policy"'),
        (["run", "hotspots-india", "-p", "draws=many"], "draws"),
        (["run", "hotspots-india", "-p", "use=benchmrk"], "benchmark"),
        (["run"], "--all"),
        (["decide", "nowhere.json"], "no such file"),
        (["instrument", "ons-2023", "pyproject.toml"], "JSON"),
    ],
)
def test_bad_input_ends_with_2_and_says_what_to_do(fresh: Copy, words: list[str], hint: str) -> None:
    said = fresh.casebook(*words)
    assert said.returncode == 2, said.stdout + said.stderr
    assert hint in said.stderr
    assert "Traceback" not in said.stderr
    assert not (fresh.root / "outputs" / "hotspots-india" / "report.html").exists()


def test_list_and_status_tell_where_the_data_are(fresh: Copy) -> None:
    listed = fresh.casebook("list").stdout
    assert "casebook data pull british-red-cross" in listed
    assert listed.count("data present") >= 3
    status = fresh.casebook("data", "status", "british-red-cross").stdout
    assert "missing" in status
    assert "shipped" in status
    assert "CASEBOOK_MIRROR" in status


def test_a_case_without_its_data_is_no_failure(fresh: Copy) -> None:
    ran = fresh.casebook("run", "british-red-cross")
    assert ran.returncode == 0
    assert "data not present: casebook data pull" in ran.stdout + ran.stderr
    index = (fresh.root / "outputs" / "index.html").read_text(encoding="utf-8")
    assert "data not present" in index.lower()
    assert "casebook data pull british-red-cross" in index


def test_check_finds_all_well_and_then_everything_that_is_not(fresh: Copy) -> None:
    assert fresh.casebook("check").returncode == 0
    path = fresh.root / "casestudies" / "hotspots-india" / "case.yaml"
    text = path.read_text(encoding="utf-8")
    text = text.replace("role: sensitive", "rool: sensitive", 1).replace("unit: household\n", "unit: hous\n", 1)
    path.write_text(text, encoding="utf-8")
    judged = fresh.root / "casestudies" / "hotspots-india" / "judgements.csv"
    judged.write_text(judged.read_text(encoding="utf-8").replace(",3,E2,", ",7,E2,", 1), encoding="utf-8")
    said = fresh.casebook("check", "hotspots-india")
    assert said.returncode == 1
    for part in ("rool", 'Did you mean "role"?', "features", "judgements.csv, line"):
        assert part in said.stdout, part
    assert re.search(r"case\.yaml, line \d+", said.stdout)


def test_a_new_case_study_from_scaffold_to_report(fresh: Copy) -> None:
    """The README's half hour, with the answers typed in by a script."""
    made = fresh.casebook("new", "food-bank-survey")
    assert made.returncode == 0, made.stderr
    folder = fresh.root / "casestudies" / "food-bank-survey"
    assert {"case.yaml", "judgements.csv"} <= {path.name for path in folder.iterdir()}
    first = fresh.casebook("check", "food-bank-survey")
    assert first.returncode == 1
    assert "TODO" in first.stdout
    # the scaffold's own words are replaced by a finished definition; everything else stays as the command wrote it
    finished = (fresh.root / "casestudies" / "hotspots-india" / "case.yaml").read_text(encoding="utf-8")
    (folder / "case.yaml").write_text(
        finished.replace("slug: hotspots-india", "slug: food-bank-survey"), encoding="utf-8"
    )
    second = fresh.casebook("check", "food-bank-survey")
    assert second.returncode == 0, second.stdout
    ran = fresh.casebook("run", "food-bank-survey", "-p", "draws=100")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    result = json.loads((fresh.root / "outputs" / "food-bank-survey" / "result.json").read_text(encoding="utf-8"))
    judged = [i for i in result["indicators"] if i["kind"] == "judged"]
    # nobody has judged anything yet; qualitative rigour is no question to a source of figures
    assert {i["state"] for i in judged if i["dimension"] != "QUA"} == {"not known"}
    assert {i["state"] for i in judged if i["dimension"] == "QUA"} == {"not applicable"}
    assert not any(u["status"] == "met" for u in result["uses"] if u["use"] != "context")


def test_decisions_and_instruments_come_out_as_published(fresh: Copy) -> None:
    vectors = ROOT / "tests" / "verdict" / "data" / "decision_vectors.json"
    shutil.copy(vectors, fresh.root / "vectors.json")
    said = fresh.casebook("decide", "vectors.json")
    assert said.returncode == 0, said.stderr
    expected = {v["name"]: v["expected"] for v in json.loads(vectors.read_text(encoding="utf-8"))}
    for one in json.loads(said.stdout):
        assert {"label": one["label"], "uses": one["uses"]} == expected[one["name"]]
