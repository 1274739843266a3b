"""Parameters are typed by the contract, and a wrong one never reaches a kernel."""

from __future__ import annotations

import pytest

from shared.batch.params import check_notebook, parse_overrides
from shared.batch.run import run_cases
from shared.cases.project import Project
from shared.errors import DefinitionError, ParameterError
from tests.batch.small import PARAMETERS, Told, add_case, only, write_notebook


def test_each_value_takes_the_type_of_its_parameter() -> None:
    texts = ["as_of=2025-03-31", "use=fill-gap", "policy=redact-7-round-5", "draws=0", "seed=007", "interactive=True"]
    values = parse_overrides(texts)
    assert values == {
        "as_of": "2025-03-31", "use": "fill-gap", "policy": "redact-7-round-5", "draws": 0, "seed": 7,
        "interactive": True,
    }  # fmt: skip
    assert values["interactive"] is True
    assert parse_overrides(["as_of=", "use=", "policy="]) == {"as_of": "", "use": "", "policy": ""}
    assert parse_overrides([]) == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sead=1", 'There is no parameter of that name. Did you mean "seed"?'),
        ("quux=1", "There are: as_of, use, policy, draws, seed, interactive."),
        ("seed", "There is no value. Write it as name=value."),
        ("seed=", "must be a whole number"),
        ("seed=1_000", "must be a whole number"),
        ("seed=1e3", "must be a whole number"),
        ("seed=-1", "greater than or equal to 0"),
        ("draws=100001", "less than or equal to 100000"),
        ("draws=99999999999999999999", "must be a whole number"),
        ("interactive=yes", "must be true or false"),
        ("as_of=31.03.2025", 'must be a date as in "2025-03-31"'),
        ("as_of=20250331", 'must be a date as in "2025-03-31"'),
        ("as_of=2025-02-30", 'must be a date as in "2025-03-31"'),
        ("use=filgap", 'Did you mean "fill-gap"?'),
        ("policy=none", "must be one of threshold-10-round-5, redact-7-round-5, published-aggregates"),
        ("case_id=beta", "Name it: casebook run SLUG."),
        ("x=1\nimport os\ny=2", "There is no parameter of that name."),
        ("seed\n=2", "There is no parameter of that name."),
    ],
)
def test_a_wrong_parameter_is_refused_with_what_to_do(text: str, said: str) -> None:
    with pytest.raises(ParameterError) as caught:
        parse_overrides([text])
    assert said in str(caught.value)
    assert len(caught.value.faults) == 1


def test_everything_wrong_is_said_at_once() -> None:
    with pytest.raises(ParameterError) as caught:
        parse_overrides(["sead=1", "draws=many", "as_of=now", "seed=1", "seed=2"])
    places = [fault.where for fault in caught.value.faults]
    assert sorted(places) == ["-p as_of=now", "-p draws=many", "-p sead=1", "-p seed=2"]


def test_a_misspelt_parameter_stops_the_run_before_anything_starts(project: Project) -> None:
    add_case(project, "alpha")
    with pytest.raises(ParameterError, match='Did you mean "draws"'):
        run_cases(project, ["alpha"], overrides=["drawz=10"], progress=Told())
    assert not project.outputs.exists()


def test_an_unknown_case_study_stops_the_run_before_anything_starts(project: Project) -> None:
    add_case(project, "alpha")
    with pytest.raises(DefinitionError, match='Did you mean "alpha"'):
        run_cases(project, ["alpha", "alhpa"], progress=Told())
    assert not project.outputs.exists()


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (PARAMETERS.replace("seed:", "sead:"), 'The notebook has no parameter "seed". Did you mean "sead"?'),
        (PARAMETERS.replace("seed: int = 1", "seed: str = '1'"), '"seed" is declared as str, and must be int.'),
        ("", 'The notebook has no parameter "case_id".'),
    ],
)
def test_the_notebook_must_declare_what_it_is_given(project: Project, cell: str, said: str) -> None:
    add_case(project, "alpha", parameters=cell)
    told = Told()
    failure = only(run_cases(project, ["alpha"], overrides=["seed=3"], progress=told)).failure
    assert failure is not None
    assert failure.error == "ParameterError"
    assert said in failure.message
    assert told.steps == []  # no kernel was started


def test_a_name_that_is_code_is_refused(project: Project) -> None:
    path = write_notebook(project, "alpha")
    with pytest.raises(ParameterError, match="This is not a parameter name"):
        check_notebook(path, {"seed=1\nimport os\nx": 2})


@pytest.mark.parametrize("content", ["", "not a notebook", '{"nbformat": 4}', '{"cells": [{}], "nbformat": 4}'])
def test_a_file_that_is_no_notebook_is_a_clear_failure(project: Project, content: str) -> None:
    add_case(project, "alpha")
    (project.notebooks / "alpha.ipynb").write_text(content, encoding="utf-8")
    failure = only(run_cases(project, ["alpha"], progress=Told())).failure
    assert failure is not None
    assert failure.error == "DefinitionError"
    assert failure.message.startswith("alpha.ipynb: The notebook cannot be read")


def test_a_case_study_without_a_notebook_is_a_clear_failure(project: Project) -> None:
    add_case(project, "alpha")
    (project.notebooks / "alpha.ipynb").unlink()
    failure = only(run_cases(project, ["alpha"], progress=Told())).failure
    assert failure is not None
    assert failure.message == "notebooks/alpha.ipynb: There is no notebook. See: casebook check alpha"
