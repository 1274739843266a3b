"""The verdict on one case study: draws, Sobol' indices, distance to every use."""

from __future__ import annotations

import statistics

from tests.bench.batch import project
from tests.bench.goals import Result, spread
from tests.bench.settings import Options, python

CODE = """
import time
from shared.cases.load import load_case
from shared.cases.project import find_project
from shared.evidence.judgements import judge, read_judgements
from shared.measures.case import measure_case
from shared.sources.prepare import prepare
from shared.verdict.assess import assess
project = find_project()
case = load_case(project, "refugee-casework-000")
judged = tuple(judge(read_judgements(project.casestudies / case.slug / "judgements.csv")))
exact = measure_case(case, prepare(project, case), as_of=case.dates.assessed_on, draws=100)
for number in range({times}):
    began, work = time.perf_counter(), time.process_time()
    assess(case, exact, judged, draws=2000, seed=1)
    print("took", time.perf_counter() - began, time.process_time() - work)
"""


def draws(options: Options) -> list[Result]:
    """Measure ``assess`` with 2,000 draws; the first call, which also fills caches, is counted with the others."""
    folder = options.folder / "draws"
    project(folder, 1)
    environment = {"CASEBOOK_ROOT": str(folder), "CASEBOOK_MIRROR": ""}
    out = python(CODE.format(times=max(options.repeats, 3)), environment, folder).out
    took = [line.split()[1:] for line in out.splitlines() if line.startswith("took")]
    wall, work = [float(a) for a, _ in took], [float(b) for _, b in took]
    said = f"{spread(wall)}; processor time {spread(work)}"
    return [Result("2,000 draws with Sobol indices, one case study", "2 s", said, statistics.median(wall) <= 2)]
