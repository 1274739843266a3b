"""Many case studies: copies of those that ship, run by the casebook and by the commands a user has without it."""

from __future__ import annotations

import json
import re
import shutil
import statistics
import sys
from pathlib import Path

from shared.cases.project import Project
from tests.batch.small import write_notebook
from tests.bench.goals import Result, ratio, spread
from tests.bench.settings import PROJECT, Options, Ran, command

SHIPPED = ("refugee-casework", "traveller-survey", "hotspots-india")
BIN = Path(sys.executable).parent


def project(folder: Path, count: int, *, empty: bool = False) -> list[str]:
    """Make a project of ``count`` case studies in ``folder``: copies of those that ship with their data.

    With ``empty`` their notebooks only hand over a result: what is left is the cost of the runner itself.
    """
    folder.mkdir(parents=True)
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
        if empty:
            write_notebook(Project(folder, None, folder / "data" / "downloads"), slug)
            slugs.append(slug)
            continue
        notebook = (PROJECT / "notebooks" / f"{original}.ipynb").read_text(encoding="utf-8")
        notebook = notebook.replace(f'case_id: str = \\"{original}\\"', f'case_id: str = \\"{slug}\\"')
        (folder / "notebooks" / f"{slug}.ipynb").write_text(notebook, encoding="utf-8")
        slugs.append(slug)
    return slugs


def casebook(folder: Path, *arguments: str) -> float:
    """Run the command on a project; return the wall seconds."""
    return _casebook(folder, *arguments).seconds


def _casebook(folder: Path, *arguments: str) -> Ran:
    return command([str(BIN / "casebook"), *arguments], _environment(folder), folder)


def _environment(folder: Path) -> dict[str, str]:
    return {"CASEBOOK_ROOT": str(folder), "CASEBOOK_MIRROR": ""}


def _commands(folder: Path, slugs: list[str], at_once: int) -> Ran:
    """Run ``papermill`` and then ``jupyter nbconvert`` on each notebook, ``at_once`` at a time."""
    (folder / "by-commands").mkdir(exist_ok=True)
    line = (
        f"{BIN}/papermill --log-level ERROR --no-progress-bar notebooks/$0.ipynb by-commands/$0.ipynb"
        f" && {BIN}/jupyter nbconvert --log-level ERROR --to html by-commands/$0.ipynb"
    )
    names = " ".join(slugs)
    return command(
        ["sh", "-c", f"printf '%s\\n' {names} | xargs -P {at_once} -n 1 sh -c '{line}'"], _environment(folder), folder
    )


def against_commands(options: Options) -> list[Result]:
    """Run all cases with two workers, a sample with the commands, in turns so that other load meets both."""
    folder = options.folder / "against"
    slugs = project(folder, options.cases)
    sample = slugs[: options.sample]
    ours, one, two = [], [], []
    for _ in range(options.repeats):
        ours.append(_casebook(folder, "run", "--all", "--force", "--workers", "2").each(len(slugs)))
        one.append(_commands(folder, sample, 1).each(len(sample)))
        two.append(_commands(folder, sample, 2).each(len(sample)))
    first, second = (ratio([r.seconds for r in some], [r.seconds for r in ours]) for some in (one, two))
    work = ratio([r.processor for r in one], [r.processor for r in ours])
    said = (
        f"{first:.1f} times faster than one after the other, {second:.1f} times than two at a time, with "
        f"{work:.1f} times less processor time"
    )
    ways = {
        f"casebook run, two workers, {len(slugs)} case studies": ours,
        f"papermill, then jupyter nbconvert, one after the other, a sample of {len(sample)}": one,
        f"the same, two at a time, a sample of {len(sample)}": two,
    }
    detail = [
        f"{way}: {spread([r.seconds for r in some])} each, processor {spread([r.processor for r in some])} each"
        for way, some in ways.items()
    ]
    what = f"{len(slugs)} case studies, executed and rendered, two workers"
    goal = "10 times the commands one by one, 5 times two at a time"
    met = first >= 10 and second >= 5
    return [Result(what, goal, said, met, [*detail, *_where_time_goes(folder, slugs)])]


def _where_time_goes(folder: Path, slugs: list[str]) -> list[str]:
    """Return the seconds of each stage as the records of the last run tell them."""
    records = [json.loads((folder / "outputs" / slug / "run.json").read_text()) for slug in slugs]
    stages = dict.fromkeys(stage for record in records for stage in record["seconds"])
    middle = {stage: statistics.median(r["seconds"].get(stage, 0.0) for r in records) for stage in stages}
    return ["of a case study (median, while two run): " + ", ".join(f"{n} {s:.2f} s" for n, s in middle.items())]


def flat(options: Options) -> list[Result]:
    """Compare the cost of one more case study in small and large batches, with notebooks that do nothing."""
    few, many = options.many
    costs: dict[int, list[float]] = {2: [], few: [], many: []}
    for _ in range(options.repeats):
        for count, seconds in costs.items():
            folder = options.folder / f"flat-{count}"
            project(folder, count, empty=True)
            seconds.append(casebook(folder, "run", "--all", "--workers", "2"))
            shutil.rmtree(folder)
    start, small, large = (statistics.median(seconds) for seconds in costs.values())
    first, later = (small - start) / (few - 2), (large - small) / (many - few)
    change = later / first - 1
    said = f"{first:.2f} s each up to {few}, {later:.2f} s each from {few} to {many}: {change:+.0%}"
    detail = [f"{count} case studies whose notebooks do nothing: {spread(some)}" for count, some in costs.items()]
    return [Result(f"marginal cost from {few} to {many}", "flat within 15 %", said, change <= 0.15, detail)]


def unchanged(options: Options) -> list[Result]:
    """Run case studies of which nothing has changed; what their notebooks would do does not matter."""
    folder = options.folder / "unchanged"
    project(folder, options.still, empty=True)
    casebook(folder, "run", "--all", "--workers", "2")
    casebook(folder, "run", "--all")
    again, start = [], []
    for _ in range(max(options.repeats, 5)):
        again.append(_casebook(folder, "run", "--all"))
        start.append(_casebook(folder, "--version"))
    times = [[r.seconds for r in some] for some in (again, start)]
    work = [[r.processor for r in some] for some in (again, start)]
    said = f"{spread(times[0])}, processor {spread(work[0])}; start-up {spread(times[1])}, processor {spread(work[1])}"
    met = statistics.median(times[0]) < 1.5 and statistics.median(times[1]) < 0.3
    what = f"`casebook run --all`, nothing changed, {options.still} case studies"
    return [Result(what, "1.5 s; start-up 0.3 s", said, met)]


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
