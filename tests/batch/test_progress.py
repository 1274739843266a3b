"""What a run says while it goes on."""

from __future__ import annotations

import io

import pytest

from shared.batch.job import Step
from shared.batch.progress import Bar, Lines, progress_for


def test_plain_lines_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    told = progress_for(2)
    assert isinstance(told, Lines)
    for cell in (1, 2):
        told.step("alpha", Step("cell", cell=cell, cells=2))
    told.say("alpha: done")
    told.finished("alpha")
    told.close()
    assert capsys.readouterr().out == "alpha: started\nalpha: done\n"


def test_without_a_terminal_now_and_then_a_line_says_what_is_running(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.batch.progress.EVERY", 0.0)
    out = io.StringIO()
    told = Lines(9, out)
    told.remaining(100.0)
    told.step("alpha", Step("cell", cell=3, cells=9))
    told.finished("alpha")
    told.step("beta", Step("render"))
    assert out.getvalue().splitlines() == [
        "alpha: started", "0 of 9 done; running: alpha 3/9, about 2 min left",
        "beta: started", "1 of 9 done; running: beta render, about 2 min left",
    ]  # fmt: skip


def test_a_bar_shows_the_cell_and_lets_outcomes_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    monkeypatch.setattr("shared.batch.progress.sys.stderr", out)
    monkeypatch.setattr(out, "isatty", lambda: True)
    bar = progress_for(2)
    assert isinstance(bar, Bar)
    bar._bar.mininterval = 0
    bar.step("alpha", Step("cell", cell=3, cells=9))
    assert "alpha 3/9" in out.getvalue()
    bar.remaining(12.0)
    assert "about 10 s left" in out.getvalue()
    bar.say("alpha: done")
    bar.finished("alpha")
    assert "1/2" in out.getvalue().splitlines()[-1]
    assert "alpha: done\n" in out.getvalue()
    bar.close()
