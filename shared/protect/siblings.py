"""What ties the tables of one case study together: columns made from one another, and counts printed in the text."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from shared.cases.columns import Bands, Recode
from shared.cases.model import CaseStudy
from shared.cases.project import Project
from shared.measures.measurement import Measurement
from shared.protect.book import Book
from shared.protect.cells import NOT_RECORDED
from shared.protect.counted import Counted, Lineage
from shared.protect.joint import Link
from shared.protect.policy import Policy
from shared.sources.derive import bands, recode, recode_table
from shared.sources.large import RECORDS, Rows, counts_by
from shared.sources.prepare import AREA_COLUMN, Prepared

AGES = tuple(map(str, range(131)))
"""Answers that bands are tried on beside those that occur: everybody knows in which band an age lies."""

PLACED = " (as placed)"


def book_of(
    project: Project, case: CaseStudy, prepared: Prepared, policy: Policy, exact: Sequence[Measurement],
    safe: Mapping[str, Measurement],
) -> Book:  # fmt: skip
    """Return the book of a case study before its first table: its ties, its totals, and the counts its text prints.

    ``exact`` and ``safe`` are the measurements before and after protection; the first only serve to see which people
    a printed count counts.
    """
    book = Book(links_of(project, case, prepared))
    for name in case.records:
        book.add_total(Lineage(name), len(prepared.frames[name]), policy)
    for fact in _printed(case, prepared, policy, exact, safe):
        book.add(fact)
    return book


def links_of(project: Project, case: CaseStudy, prepared: Prepared) -> dict[str, list[Link]]:
    """Return, for each source, the ties between its columns that may be published."""
    return {name: [*_links(project, case, name, frame)] for name, frame in prepared.frames.items()}


def lineage_of(
    frame: Rows, held: Rows, source: str, by: Sequence[str], count: str | None,
    where: Mapping[str, str | list[str]],
) -> Lineage:  # fmt: skip
    """Return which people a table of ``frame`` counts; ``held`` is the source as the study holds it.

    A column of ``frame`` with another content than the source's of that name (areas after bad codes were taken out) is
    a variable of its own.
    """
    chosen = tuple((column, (v,) if isinstance(v, str) else tuple(v)) for column, v in where.items())
    other = [name for name in by if name in held and frame is not held and _differs(frame, held, name)]
    return Lineage(source, count or "", chosen, tuple((name, f"{name}{PLACED}") for name in other))


def _differs(frame: Rows, held: Rows, name: str) -> bool:
    if isinstance(frame, pd.DataFrame) and isinstance(held, pd.DataFrame):
        return not frame[name].equals(held[name])
    # of records that are only counted another content is seen by its counts
    return not counts_by(frame, [name]).equals(counts_by(held, [name]))


def _links(project: Project, case: CaseStudy, name: str, frame: Rows) -> Iterator[Link]:
    """Yield a link for every two columns that may be published and come from the same column of the file."""
    source, publish = case.sources[name], case.disclosure.publish.get(name, ())
    families: dict[str, list[str]] = {}
    for made, rule in source.derive.items():
        if rule.column in frame and made in frame:
            root = next((raw for raw, family in families.items() if rule.column in family), rule.column)
            families.setdefault(root, [root]).append(made)
    for root, family in families.items():
        public = [column for column in family if column in publish]
        if len(public) < 2:
            continue
        tried = _tried(project, case, name, root, frame)
        for first, second in itertools.combinations(public, 2):
            pairs = _pairs(frame, first, second)
            if {first, second} <= set(tried):
                pairs |= _pairs(tried, first, second)
            yield Link(first, second, frozenset(pairs))
            yield from _placed(case, name, first, second, pairs, frame)


def _tried(project: Project, case: CaseStudy, name: str, root: str, frame: Rows) -> pd.DataFrame:
    """Return what the declared steps make of every answer that can be thought of, also those that do not occur."""
    source = case.sources[name]
    answers = dict.fromkeys(counts_by(frame, [root])[root].dropna())
    for rule in source.derive.values():
        if rule.column == root:
            answers |= dict.fromkeys(recode_table(project, case.slug, rule) if isinstance(rule, Recode) else ())
            answers |= dict.fromkeys(AGES if isinstance(rule, Bands) else ())
    made = pd.DataFrame({root: pd.Series([*answers, None], dtype="str")})
    for column, rule in source.derive.items():
        declared = source.columns.get(rule.column)
        if rule.column not in made:
            continue
        if isinstance(rule, Bands):
            made[column] = bands(made[rule.column], rule, declared)[0]
        elif isinstance(rule, Recode):
            made[column] = recode(made[rule.column], rule, recode_table(project, case.slug, rule), declared)[0]
    return made


def _pairs(frame: Rows, first: str, second: str) -> set[tuple[str, str]]:
    seen = counts_by(frame, [first, second])[[first, second]].fillna(NOT_RECORDED)
    return set(seen.itertuples(index=False, name=None))


def _placed(
    case: CaseStudy, name: str, first: str, second: str, pairs: set[tuple[str, str]], frame: Rows
) -> Iterator[Link]:
    """Yield the link with the areas as they were placed on the map, which may have another code, or none."""
    area = case.area
    if area is None or area.source != name or area.column not in (first, second) or AREA_COLUMN not in frame:
        return
    other = second if first == area.column else first
    turned = pairs if first == area.column else {(b, a) for a, b in pairs}
    found = turned | {(NOT_RECORDED, b) for _, b in turned} | _pairs(frame, AREA_COLUMN, other)
    yield Link(f"{area.column}{PLACED}", other, frozenset(found))


def _printed(
    case: CaseStudy, prepared: Prepared, policy: Policy, exact: Sequence[Measurement], safe: Mapping[str, Measurement]
) -> Iterator[Counted]:
    """Yield the counts that the indicators print: of key estimates, of groups of a margin, of answers to a question.

    Only where the people counted are certain: where counting them here gives the indicator's own number.
    """
    wanted = [*_estimates(case), *_groups(case), *_answered(case)]
    counts = functools.cache(lambda source, column: counts_by(prepared.frames[source], [column]))
    for m in exact:
        shown = safe.get(m.indicator)
        for n, part in enumerate(m.parts):
            for indicator, key, label, source, column, answers, whole in wanted:
                if (indicator, key) != (m.indicator, part.key) or (label and not part.label.startswith(label)):
                    continue
                if shown is None or n >= len(shown.parts):
                    continue
                true = part.denominator if whole else part.numerator
                printed = shown.parts[n].denominator if whole else shown.parts[n].numerator
                found = counts(source, column)
                counted = int(found.loc[found[column].isin(answers), RECORDS].sum())
                if printed is None or true is None or counted != true or policy.hides(counted):
                    continue
                lineage = Lineage(source, "", ((column, tuple(answers)),))
                low, high = policy.behind(printed)
                yield Counted(
                    f"{m.indicator}, {part.label}", lineage, (), ((),), (low,), (high,), (False,), policy.threshold,
                    policy.width, policy.least_hidden, policy.show_zero,
                )  # fmt: skip


_Wanted = tuple[str, str, str, str, str, tuple[str, ...], bool]


def _estimates(case: CaseStudy) -> Iterator[_Wanted]:
    for estimate in case.estimates:
        if estimate.count is None and estimate.source in case.records:
            answers = tuple(map(str, estimate.is_in))
            yield "ACC-1", estimate.id, "", estimate.source, estimate.column, answers, False
            column = case.sources[estimate.source].columns.get(estimate.column)
            if column is not None and column.allowed is not None:
                yield "ACC-1", estimate.id, "", estimate.source, estimate.column, column.allowed, True


def _groups(case: CaseStudy) -> Iterator[_Wanted]:
    for margin in case.margins:
        if margin.count is None and margin.source in case.records:
            named = [*margin.required_groups, *(margin.reference_columns or {})]
            for group in dict.fromkeys(named):
                yield "REP-4", margin.id, f"{group} (", margin.source, margin.column, (group,), False


def _answered(case: CaseStudy) -> Iterator[_Wanted]:
    for name, source in case.records.items():
        for column, spec in source.columns.items():
            if spec.allowed is not None:
                yield "DAT-1", column, "", name, column, spec.allowed, False
