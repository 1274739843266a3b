"""A notebook that raises, never ends or is killed: recorded with its cell, and nothing else is lost."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest

from shared.batch.record import RunState
from shared.batch.run import run_cases
from shared.cases.project import Project
from tests.batch.small import Told, add_case, only, output, result, saved, write_notebook

SECRET = "Ms Example of Example Street"


def whole_folder(folder: Path, without: str = "internal") -> str:
    """Return the text of every file of an output folder, but those of ``without``."""
    paths = [path for path in folder.rglob("*") if path.is_file() and without not in path.parts]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def test_a_foreign_error_is_kept_by_type_and_cell_only(project: Project) -> None:
    add_case(project, "alpha", "x = 1", f"person = {SECRET!r}.upper()\nraise KeyError(person)")
    record = only(run_cases(project, ["alpha"], progress=Told()))
    assert record.state is RunState.FAILED
    assert record.failure is not None
    # parameters, heading, middle-1, middle-2: the fourth cell of the notebook as it is opened
    assert record.failure.cell == 4
    assert record.failure.cell_id == "middle-2"
    assert record.failure.heading == "The middle part"
    assert record.failure.error == "KeyError"
    assert record.failure.message == ""
    folder = project.outputs / "alpha"
    assert SECRET.upper() not in whole_folder(folder)
    assert SECRET.upper() not in (project.outputs / "index.html").read_text(encoding="utf-8")
    trace = folder / "internal" / "traceback.txt"
    assert SECRET.upper() in trace.read_text(encoding="utf-8")
    assert trace.stat().st_mode & 0o777 == 0o600
    assert trace.parent.stat().st_mode & 0o777 == 0o700
    assert 'failed: cell 4 (id middle-2) under "The middle part": KeyError' in output(project, "alpha", "run.log")


def test_our_own_error_keeps_its_message(project: Project) -> None:
    code = "from shared.errors import DataError\nraise DataError('The file is empty.', hint='Ask for it again.')"
    add_case(project, "alpha", code)
    failure = only(run_cases(project, ["alpha"], progress=Told())).failure
    assert failure is not None
    assert (failure.error, failure.message) == ("DataError", "The file is empty. Ask for it again.")
    notebook = nbformat.reads(output(project, "alpha", "notebook.failed.ipynb"), as_version=4)
    (shown,) = notebook.cells[3].outputs
    assert shown.traceback == ["DataError: The file is empty. Ask for it again."]
    assert notebook.metadata.casebook == {
        "state": "failed", "cell": "middle-1", "error": "DataError",
        "message": "The file is empty. Ask for it again.",
    }  # fmt: skip


def test_an_error_of_the_same_name_from_elsewhere_is_not_taken_for_ours(project: Project) -> None:
    add_case(project, "alpha", f"import pandas\nraise pandas.errors.DataError({SECRET!r}.upper())")
    failure = only(run_cases(project, ["alpha"], progress=Told())).failure
    assert failure is not None
    assert (failure.error, failure.message) == ("DataError", "")
    assert SECRET.upper() not in whole_folder(project.outputs / "alpha")


def test_the_failed_notebook_keeps_what_there_is(project: Project) -> None:
    add_case(project, "alpha", "print('before')", "1 / 0", "print('after')")
    run_cases(project, ["alpha"], progress=Told())
    notebook = nbformat.reads(output(project, "alpha", "notebook.failed.ipynb"), as_version=4)
    by_id = {cell.id: cell for cell in notebook.cells}
    assert by_id["middle-1"].outputs[0].text == "before\n"
    assert by_id["middle-2"].outputs[0].ename == "ZeroDivisionError"
    assert by_id["middle-3"].outputs == []
    assert by_id["middle-3"].execution_count is None
    assert len(notebook.cells) == 7  # five of ours, the hand-over, the parameters; no banner


def test_a_syntax_error_is_a_failure_like_any_other(project: Project) -> None:
    add_case(project, "alpha", "for in: no Python")
    failure = only(run_cases(project, ["alpha"], progress=Told())).failure
    assert failure is not None
    assert (failure.error, failure.cell_id) == ("SyntaxError", "middle-1")


def test_a_killed_kernel_is_recorded_with_its_cell_and_the_others_finish(project: Project) -> None:
    add_case(project, "alpha", "print('first')", "import os\nos.kill(os.getpid(), 9)")
    add_case(project, "beta", "print('well')")
    records = {r.slug: r for r in run_cases(project, ["alpha", "beta"], workers=2, progress=Told())}
    assert records["beta"].state is RunState.DONE
    failure = records["alpha"].failure
    assert failure is not None
    assert (failure.error, failure.cell_id) == ("DeadKernelError", "middle-2")
    assert "out of memory" in failure.message
    notebook = nbformat.reads(output(project, "alpha", "notebook.failed.ipynb"), as_version=4)
    assert notebook.cells[3].outputs[0].text == "first\n"
    assert notebook.metadata.casebook.cell == "middle-2"


def test_a_notebook_that_never_ends_is_ended_and_keeps_what_there_is(project: Project) -> None:
    add_case(project, "alpha", "print('first')", "while True: pass")
    failure = only(run_cases(project, ["alpha"], time_limit=4, progress=Told())).failure
    assert failure is not None
    assert failure.error == "TimeLimit"
    assert failure.message == "The notebook took longer than 4 s."
    assert failure.cell_id == "middle-2"
    notebook = nbformat.reads(output(project, "alpha", "notebook.failed.ipynb"), as_version=4)
    assert notebook.cells[3].outputs[0].text == "first\n"


def test_a_time_limit_shorter_than_the_start_of_a_kernel(project: Project) -> None:
    add_case(project, "alpha")
    failure = only(run_cases(project, ["alpha"], time_limit=0.05, progress=Told())).failure
    assert failure is not None
    assert failure.error == "TimeLimit"


def test_a_killed_worker_is_recorded_with_its_cell_and_takes_its_kernel_along(project: Project) -> None:
    add_case(project, "alpha", "import os, time\nos.kill(os.getppid(), 9)\ntime.sleep(60)")
    add_case(project, "beta")
    records = {r.slug: r for r in run_cases(project, ["alpha", "beta"], progress=Told())}
    assert records["beta"].state is RunState.DONE
    failure = records["alpha"].failure
    assert failure is not None
    assert (failure.error, failure.cell_id) == ("WorkerLost", "middle-1")
    assert "SIGKILL" in failure.message


def test_what_a_notebook_leaves_running_ends_with_it(project: Project) -> None:
    code = f"import subprocess\nprint(subprocess.Popen(['sleep', '60', {str(project.root)!r}][:2]).pid)"
    add_case(project, "alpha", code)
    assert only(run_cases(project, ["alpha"], progress=Told())).state is RunState.DONE
    notebook = nbformat.reads(output(project, "alpha", "notebook.ipynb"), as_version=4)
    pid = int(notebook.cells[3].outputs[0].text)
    status = Path(f"/proc/{pid}/status")
    assert not status.exists() or "State:\tZ" in status.read_text(encoding="ascii")


def test_the_last_good_report_outlives_a_failure_and_a_repaired_notebook_clears_it(project: Project) -> None:
    add_case(project, "alpha", "x = 1")
    run_cases(project, ["alpha"], progress=Told())
    good = output(project, "alpha", "report.html"), output(project, "alpha", "result.json")
    write_notebook(project, "alpha", "1 / 0")
    record = only(run_cases(project, ["alpha"], progress=Told()))
    assert record.failed
    assert (output(project, "alpha", "report.html"), output(project, "alpha", "result.json")) == good
    assert "What is shown is of the last good run." in (project.outputs / "index.html").read_text(encoding="utf-8")
    assert saved(project, "alpha")["published"]["files"]["report.html"]
    assert only(run_cases(project, ["alpha"], progress=Told())).failed  # a failure is never "unchanged"
    write_notebook(project, "alpha", "x = 2")
    assert only(run_cases(project, ["alpha"], progress=Told())).state is RunState.DONE
    folder = project.outputs / "alpha"
    assert not (folder / "notebook.failed.ipynb").exists()
    assert not (folder / "internal" / "traceback.txt").exists()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", "handed over no result"),
        ("display(data, raw=True); display(data, raw=True)", "handed over 2 results"),
        ("data[mime]['case']['slug'] = 'beta'; display(data, raw=True)", 'of another case study than "alpha"'),
        ("data[mime]['indicators'][0]['score'] = 'high'; display(data, raw=True)", "$.indicators[0].score: must be"),
    ],
)
def test_a_notebook_must_hand_over_one_valid_result(project: Project, code: str, said: str) -> None:
    start = (
        "from IPython.display import display\nmime = 'application/vnd.casebook.result+json'\n"
        f"data = {{mime: {result('alpha')!r}, 'text/plain': ''}}\n"
    )
    add_case(project, "alpha", start + code, end=False)
    failure = only(run_cases(project, ["alpha"], progress=Told())).failure
    assert failure is not None
    assert failure.error == "RunError"
    assert said in failure.message
    assert "high" not in failure.message


def test_a_record_that_says_failed_is_in_the_machine_readable_index(project: Project) -> None:
    add_case(project, "alpha", "1 / 0")
    run_cases(project, ["alpha"], progress=Told())
    (entry,) = json.loads((project.outputs / "index.json").read_text(encoding="utf-8"))["cases"]
    assert entry["state"] == "failed"
    assert entry["message"] == 'cell 3 (id middle-1) under "The middle part": ZeroDivisionError'
