"""What assessors judged against the anchors, on which evidence; and what nobody has judged yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from shared.evidence.assessors import assessor_agreement
from shared.evidence.judgement import GRADES
from shared.evidence.judgements import JudgedScore
from shared.framework.register import Indicator
from shared.measures.measurement import State
from shared.protect import public_table
from shared.protect.table import Column
from shared.report.blocks import Block, DefinitionList, Disclosure, Prose, Section, literal
from shared.report.datatable import DataTable
from shared.report.words import day, indicators, number
from shared.verdict.step_text import anchor_text

if TYPE_CHECKING:
    from shared.report.study import Study

WORDS = {
    "accept": "That is enough to accept the scores.",
    "discuss": "That asks for the differences to be discussed before the scores are settled.",
    "rewrite": "That is too little: the anchors should be reworded, or assessors trained, before scores are relied on.",
    "not known": "",
}


def judged_evidence(study: Study) -> Section:
    """Show judged scores with the evidence one click away, then the questions that are open."""
    entries = list(study.register.judged())
    apply = [e for e in entries if study.judged[e.id].state is not State.NOT_APPLICABLE]
    known = [e for e in entries if study.judged[e.id].state is State.MEASURED]
    assessors = {j.assessor for e in known for j in study.judged[e.id].judgements}
    caps = "; ".join(f"{grade} {meaning}" for grade, meaning in GRADES.items())
    scored = (
        f"{len(known)} of the {len(apply)} judged indicators that apply here have been scored, by {len(assessors)} "
        f"assessor{'s' if len(assessors) != 1 else ''}."
        if known
        else f"None of the {len(apply)} judged indicators that apply here has been scored yet."
    )
    intro = (
        f"{scored} Each is scored 0 to 4 against written anchors, and the evidence "
        f"caps the score: what was only said counts up to 2, a document seen up to 3, something independently checked "
        f"up to 4. Grades: {caps}."
    )
    blocks: list[Block] = [Prose(intro)]
    for dimension in study.register.dimensions:
        mine = [e for e in known if e.dimension == dimension.id]
        if mine:
            blocks += [
                _table(study, dimension.name, mine),
                Disclosure(f"The evidence: {dimension.name}", _evidence(study, mine)),
            ]
    return Section([*blocks, *_agreement(study), *_open(study, entries)])


def _agreement(study: Study) -> list[Block]:
    """Say how far the assessors agree, and list where they are far apart."""
    given = [judgement for score in study.judged.values() for judgement in score.judgements]
    found = assessor_agreement(given, draws=min(1000, max(study.settings.draws, 2)), seed=study.settings.seed)
    if found.alpha is None:
        words = f"How far assessors agree is not known: {literal(found.reason)}"
    else:
        between = f" (95% interval {found.low:.2f} to {found.high:.2f})" if None not in (found.low, found.high) else ""
        words = (
            f"Krippendorff’s alpha over {found.indicators} indicators scored by two or more assessors is "
            f"{found.alpha:.2f}{between}, where 1 is full agreement and 0 what chance would give. {WORDS[found.word]}"
        )
    blocks: list[Block] = [Prose(f"**Do the assessors agree?** {words}")]
    if found.disagreements:
        items = [
            (
                f"{gap.indicator} {study.register[gap.indicator].name}",
                "; ".join(f"{literal(a)}: {n}" for a, n in gap.scores),
            )
            for gap in found.disagreements
        ]
        blocks.append(Disclosure(f"Where they are two points or more apart ({len(items)})", [DefinitionList(items)]))
    return blocks


def _table(study: Study, name: str, entries: list[Indicator]) -> DataTable:
    rows = []
    for entry in entries:
        score = study.judged[entry.id]
        grades = sorted({j.grade for j in score.judgements if j.counted is not None})
        rows.append(
            {
                "indicator": f"{entry.id} {entry.name}",
                "score": _score(score),
                "grade": ", ".join(grades),
                "anchor": _anchor(entry, score),
            }
        )
    columns = (
        Column("indicator", "Indicator", "group"), Column("score", "Score, 0–4", "text"), Column("grade", "Evidence", "text"),
        Column("anchor", "What that score means", "text"),
    )  # fmt: skip
    return DataTable(
        public_table(pd.DataFrame(rows), title=name, source_line="", columns=columns), notes=False, alike=True
    )


def _score(score: JudgedScore) -> str:
    text = number(score.score, 1)
    if score.low is not None and score.high is not None and score.low != score.high:
        text += f" (assessors: {number(score.low)} to {number(score.high)})"
    return f"{text}, capped by its evidence" if score.capped else text


def _anchor(entry: Indicator, score: JudgedScore) -> str:
    return "–" if score.score is None else anchor_text(entry, int(score.score))


def _evidence(study: Study, entries: list[Indicator]) -> list[Block]:
    items = []
    for entry in entries:
        said = [
            f"- {literal(j.assessor)}, {day(j.date)}: scored {j.score}, evidence {j.grade} ({GRADES[j.grade]}). {literal(j.evidence)}"
            for j in study.judged[entry.id].judgements
        ]
        items.append((f"{entry.id} {entry.name}", "\n".join(said)))
    return [DefinitionList(items)]


def _open(study: Study, entries: list[Indicator]) -> list[Block]:
    items = [
        (f"{e.id} {e.name}", literal(study.judged[e.id].question))
        for e in entries
        if study.judged[e.id].state in (State.NOT_KNOWN, State.ERROR)
    ]
    if not items:
        return []
    intro = (
        "Nobody has judged these yet, or no evidence has been seen. That says nothing against the organisation: these "
        "are the questions to ask it."
    )
    return [
        Disclosure(f"Not judged yet: {indicators(len(items))}, and what to ask", [Prose(intro), DefinitionList(items)])
    ]
