"""Many case studies: copies of those that ship, run by the casebook and by the commands a user has without it."""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

from tests.bench.goals import Result, ratio, spread
from tests.bench.settings import PROJECT, Options, command

SHIPPED = ("refugee-casework", "traveller-survey", "hotspots-india")
BIN = Path(sys.executable).parent


def project(folder: Path, count: int) -> list[str]:
    """Make a project of ``count`` case studies in ``folder``: copies of those that ship with their data."""
    for name in ("data", "pyproject.toml", "requirements.lock"):
        place = PROJECT / name
        if place.is_dir():
            shutil.copytree(place / "sample", folder / name / "sample")
        else:
            shutil.copy(place, folder / name)
    (folder / "notebooks").mkdir()
    shutil.copy(PROJECT / "notebooks" / "_template.ipynb", folder / "notebooks")
    (folder / "outputs").mkdir()
    slugs = []
    for number in range(count):
        original = SHIPPED[number % len(SHIPPED)]
        slug = f"{original}-{number:03d}"
        shutil.copytree(PROJECT / "casestudies" / original, folder / "casestudies" / slug)
        definition = folder / "casestudies" / slug / "case.yaml"
        text = definition.read_text(encoding="utf-8")
        definition.write_text(re.sub(r"(?m)^slug: .*$", f"slug: {slug}", text, count=1), encoding="utf-8")
        notebook = (PROJECT / "notebooks" / f"{original}.ipynb").read_text(encoding="utf-8")
        notebook = notebook.replace(f'case_id: str = \\"{original}\\"', f'case_id: str = \\"{slug}\\"')
        (folder / "notebooks" / f"{slug}.ipynb").write_text(notebook, encoding="utf-8")
        slugs.append(slug)
    return slugs


def casebook(folder: Path, *arguments: str) -> float:
    """Run the command on a project; return the wall seconds."""
    return command([str(BIN / "casebook"), *arguments], _environment(folder), folder).seconds


def _environment(folder: Path) -> dict[str, str]:
    return {"CASEBOOK_ROOT": str(folder), "CASEBOOK_MIRROR": ""}


def _commands(folder: Path, slugs: list[str], at_once: int) -> float:
    """Run ``papermill`` and then ``jupyter nbconvert`` on each notebook, ``at_once`` at a time; return the seconds."""
    done = folder / "by-commands"
    done.mkdir(exist_ok=True)
    steps = "{bin}/papermill --log-level ERROR --no-progress-bar notebooks/{slug}.ipynb {done}/{slug}.ipynb && " \
            "{bin}/jupyter nbconvert --log-level ERROR --to html {done}/{slug}.ipynb"  # fmt: skip
    environment = {**os.environ, **_environment(folder)}
    waiting, running = list(slugs), list[subprocess.Popen[bytes]]()
    began = time.perf_counter()
    while waiting or running:
        while waiting and len(running) < at_once:
            line = steps.format(bin=BIN, slug=waiting.pop(0), done=done)
            running.append(subprocess.Popen(line, shell=True, cwd=folder, env=environment))
        running[0].wait()
        for process in [p for p in running if p.poll() is not None]:
            if process.returncode:
                raise RuntimeError("papermill or nbconvert failed; see above")
            running.remove(process)
    return time.perf_counter() - began


def against_commands(options: Options) -> list[Result]:
    """Run all cases with two workers, a sample with the commands, in turns so that other load meets both."""
    folder = options.folder / "against"
    slugs = project(folder, options.cases)
    sample = slugs[: options.sample]
    ours, one, two = [], [], []
    for _ in range(options.repeats):
        ours.append(casebook(folder, "run", "--all", "--force", "--workers", "2") / len(slugs))
        one.append(_commands(folder, sample, 1) / len(sample))
        two.append(_commands(folder, sample, 2) / len(sample))
    first, second = ratio(one, ours), ratio(two, ours)
    said = (
        f"{first:.1f} times faster than one after the other, {second:.1f} times than two at a time; "
        f"{spread(ours)} a case study"
    )
    detail = [
        f"casebook run, two workers, {len(slugs)} case studies: {spread(ours)} each",
        f"papermill, then jupyter nbconvert, one after the other: {spread(one)} each (a sample of {len(sample)})",
        f"the same, two at a time: {spread(two)} each",
        *_where_time_goes(folder, slugs),
    ]
    what = f"{len(slugs)} case studies, executed and rendered, two workers"
    goal = "10 times the commands one by one, 5 times two at a time"
    return [Result(what, goal, said, first >= 10 and second >= 5, detail)]


def _where_time_goes(folder: Path, slugs: list[str]) -> list[str]:
    """Return the seconds of each stage as the records of the last run tell them."""
    records = [json.loads((folder / "outputs" / slug / "run.json").read_text()) for slug in slugs]
    stages = dict.fromkeys(stage for record in records for stage in record["seconds"])
    middle = {stage: statistics.median(r["seconds"].get(stage, 0.0) for r in records) for stage in stages}
    return ["of a case study (median, while two run): " + ", ".join(f"{n} {s:.2f} s" for n, s in middle.items())]


def flat(options: Options) -> list[Result]:
    """Compare the cost of one more case study in small and large batches."""
    costs = {}
    for count in options.many:
        folder = options.folder / f"flat-{count}"
        project(folder, count)
        costs[count] = casebook(folder, "run", "--all", "--workers", "2")
        shutil.rmtree(folder)
    few, many = options.many
    middle = options.folder / "flat-1"
    project(middle, 3)
    start = casebook(middle, "run", "--all", "--workers", "2")
    first = (costs[few] - start) / max(few - 3, 1)
    later = (costs[many] - costs[few]) / (many - few)
    change = later / first - 1
    detail = [f"{count} case studies: {seconds:.1f} s" for count, seconds in {3: start, **costs}.items()]
    said = f"{first:.2f} s each up to {few}, {later:.2f} s each from {few} to {many}: {change:+.0%}"
    return [Result(f"marginal cost from {few} to {many}", "flat within 15 %", said, change <= 0.15, detail)]


def unchanged(options: Options) -> list[Result]:
    """Run 100 case studies of which nothing has changed."""
    folder = options.folder / "unchanged"
    project(folder, 100)
    casebook(folder, "run", "--all", "--workers", "2")
    again, start = [], []
    for _ in range(max(options.repeats, 5)):
        again.append(casebook(folder, "run", "--all"))
        start.append(casebook(folder, "--version"))
    said = f"{spread(again)}, start-up {spread(start)}"
    met = statistics.median(again) < 1.5 and statistics.median(start) < 0.3
    return [Result("`casebook run --all`, nothing changed, 100 case studies", "1.5 s; start-up 0.3 s", said, met)]


def dask(options: Options) -> list[Result]:
    """Compare a trial cluster of two workers with two local workers, in turns."""
    folder = options.folder / "dask"
    slugs = project(folder, options.cases)
    local, cluster = [], []
    for _ in range(options.repeats):
        local.append(casebook(folder, "run", "--all", "--force", "--workers", "2"))
        cluster.append(casebook(folder, "run", "--all", "--force", "--workers", "2", "--scheduler", "local"))
    more = ratio(cluster, local) - 1
    said = f"{more:+.0%}: {spread(cluster, digits=1)} against {spread(local, digits=1)}"
    what = f"Dask, two workers, against two local workers, {len(slugs)} case studies"
    return [Result(what, "at most 10 % slower", said, more <= 0.10)]
