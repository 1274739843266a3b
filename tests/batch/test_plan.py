"""Case studies that cannot be run: their definition is faulty, or their data are damaged."""

from __future__ import annotations

from shared.batch.record import RunState
from shared.batch.run import run_cases
from shared.cases.project import Project
from tests.batch.small import Told, add_case, only, saved


def test_a_faulty_definition_is_a_failure_of_that_case_alone(project: Project) -> None:
    add_case(project, "alpha")
    add_case(project, "beta")
    path = project.casestudies / "alpha" / "case.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("summary:", "sumary:"), encoding="utf-8")
    records = {r.slug: r for r in run_cases(project, ["alpha", "beta"], progress=Told())}
    assert records["beta"].state is RunState.DONE
    failure = records["alpha"].failure
    assert failure is not None
    assert failure.error == "DefinitionError"
    assert "sumary" in failure.message
    assert saved(project, "alpha")["state"] == "failed"
    index = (project.outputs / "index.html").read_text(encoding="utf-8")
    assert "Title of beta" in index
    assert ">alpha<" in index


def test_a_damaged_file_is_a_failure(project: Project) -> None:
    add_case(project, "alpha")
    (project.sample / "alpha.csv").write_text("id,group\n", encoding="utf-8")
    failure = only(run_cases(project, ["alpha"], progress=Told())).failure
    assert failure is not None
    assert failure.error == "DataError"
    assert "source records: data/sample/alpha.csv is not the file that case.yaml means" in failure.message


def test_a_missing_file_of_the_project_itself_is_a_failure_because_it_cannot_be_pulled(project: Project) -> None:
    add_case(project, "alpha")
    (project.sample / "alpha.csv").unlink()
    failure = only(run_cases(project, ["alpha"], progress=Told())).failure
    assert failure is not None
    assert failure.error == "DataError"
    assert "data/sample/alpha.csv is not in the project" in failure.message
