"""An open case study: what a notebook holds, and every section it can show.

A ``Study`` runs the stages once (define, read, measure, judge, decide) and hands only protected figures on. Its
record-level tables are private; ``table`` is the one way to a figure of one's own, and it protects.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

import pandas as pd

from shared.cases.load import load_case
from shared.cases.model import CaseStudy, IntendedUse
from shared.cases.project import Project, find_project
from shared.cases.vocabulary import USES
from shared.charts.theme import enable
from shared.errors import Fault, ParameterError, ProtectionError, nearest
from shared.evidence.judgements import JudgedScore, judge, read_judgements
from shared.framework.register import Register, load_register
from shared.measures.case import measure_case
from shared.measures.measurement import Measurement
from shared.protect import NOT_RECORDED, Policy, SafeTable, compare, find_policy, protect_counts, protect_measurement
from shared.protect.book import Book
from shared.protect.cellkey import keys_of
from shared.protect.ledger import kept, promised
from shared.protect.policy import POLICIES
from shared.protect.siblings import book_of, lineage_of
from shared.report.blocks import Section
from shared.sources.large import LargeRecords, Rows, in_memory
from shared.sources.prepare import Prepared, prepare
from shared.verdict.assess import Assessment, assess

BOOTSTRAP_DRAWS = 1000


@dataclass(frozen=True)
class Settings:
    """The parameters a study was opened with, after checking; ``as_of`` is always a date."""

    as_of: date
    use: str
    policy: Policy
    draws: int
    seed: int
    interactive: bool


class Study:
    """One case study, measured, judged and decided. Made by ``open_case``."""

    def __init__(self, project: Project, case: CaseStudy, settings: Settings) -> None:
        self.case = case
        self.settings = settings
        self.register: Register = load_register()
        self._project = project
        self._prepared: Prepared = prepare(project, case)
        draws = max(2, min(BOOTSTRAP_DRAWS, settings.draws))
        measured = measure_case(case, self._prepared, as_of=settings.as_of, draws=draws, seed=settings.seed)
        released = {m.indicator: m for m in promised(settings.policy)}
        exact = tuple(released.get(m.indicator, m) for m in measured)
        judgements = read_judgements(project.casestudies / case.slug / "judgements.csv")
        judged = judge(judgements, qualitative=case.features.content != "quantitative")
        self.judged: dict[str, JudgedScore] = {score.indicator: score for score in judged}
        self.assessment: Assessment = assess(
            case, exact, tuple(self.judged.values()), draws=settings.draws, seed=settings.seed
        )
        self._exact = exact
        self.measurements: dict[str, Measurement] = {
            m.indicator: protect_measurement(m, settings.policy) for m in exact
        }
        self.book: Book = book_of(project, case, self._prepared, settings.policy, exact, self.measurements)

    def __repr__(self) -> str:
        return f"Study({self.case.slug!r})"

    @cached_property
    def intended(self) -> IntendedUse | None:
        """The intended use in focus, if case.yaml states it."""
        return next((use for use in self.case.intended_uses if use.use == self.settings.use), None)

    @property
    def can_be_mapped(self) -> bool:
        """Whether areas and official figures by area are declared."""
        area = self.case.area
        return area is not None and None not in (area.reference, area.reference_code, area.reference_count)

    def source_line(self, *source_ids: str) -> str:
        """Return who the figures of these sources are to be attributed to."""
        named = dict.fromkeys(self.case.sources[source].attribution for source in source_ids)
        return "; ".join(named)

    def frame(self, source: str) -> pd.DataFrame:
        """Return a source's rows for the protection stage inside this package; not for notebooks.

        Raises ``DataError`` for records too many to hold.
        """
        return in_memory(self.rows(source), "This part of the report")

    def rows(self, source: str) -> Rows:
        """Return a source's rows to be counted inside this package; not for notebooks."""
        if source not in self._prepared.frames:
            known = sorted(self._prepared.frames)
            raise ProtectionError(f'There is no source "{source}".', hint=nearest(source, known) or ", ".join(known))
        return self._prepared.frames[source]

    @property
    def project(self) -> Project:
        """Where the case study lives."""
        return self._project

    @property
    def prepared(self) -> Prepared:
        """What was read, for the sections of this package; not for notebooks."""
        return self._prepared

    @property
    def exact(self) -> tuple[Measurement, ...]:
        """Measurements before protection, for working out a verdict again inside this package; not for notebooks."""
        return self._exact

    def protected(self) -> tuple[Measurement, ...]:
        """Count SDC-1, SDC-2 and SDC-6 over all tables made so far and keep them; call it when all are made.

        Raises ``ProtectionError`` when a small cell is shown or a hidden one can be worked out.
        """
        counted = kept(self.book, self.settings.policy)
        self.measurements |= {m.indicator: m for m in counted}
        return counted

    def table(
        self,
        source: str,
        by: str | list[str],
        *,
        title: str,
        where: dict[str, str | list[str]] | None = None,
        count: str | None = None,
        counted: str = "records",
        labels: dict[str, str] | None = None,
        groups: dict[str, tuple[str, ...]] | None = None,
        holds: Mapping[str, str] | None = None,
    ) -> SafeTable:
        """Count by one or two columns of a source and protect the counts.

        ``by`` must be columns that case.yaml says may be published; ``where`` keeps the rows whose column is one of
        the values. ``count`` is the column to add up (an aggregate table), else rows count. ``groups`` names a
        column's groups in order where case.yaml does not; ``holds`` gives a column the content of another one.
        Raises ``ProtectionError``.
        """
        held = self.rows(source)
        rows = held
        if holds and isinstance(held, LargeRecords):
            rows = held.renamed(holds)
        elif holds and isinstance(held, pd.DataFrame):
            rows = held.assign(**{name: held[other] for name, other in holds.items()})
        columns = [by] if isinstance(by, str) else list(by)
        publish = self.case.disclosure.publish.get(source, ())
        lineage = lineage_of(rows, held, source, columns, count, where or {})
        for column in where or {}:
            if column not in rows.columns or column not in publish:
                hint = nearest(column, publish)
                raise ProtectionError(f'Rows may not be chosen by "{column}" of source "{source}".', hint=hint)
        keys = keys_of(self._project, self.case, source)
        needed = [*columns, *(where or {}), *([keys.column] if keys else [])]
        frame = rows.counts(needed) if isinstance(rows, LargeRecords) else rows
        for column, values in (where or {}).items():
            frame = frame[frame[column].astype("str").isin([values] if isinstance(values, str) else values)]
        declared = self.case.sources[source]
        listed = dict(groups or {})
        for column in columns:
            spec, derived = declared.columns.get(column), declared.derive.get(column)
            if column in listed:
                continue
            if spec is not None and spec.allowed is not None:
                listed[column] = spec.allowed
            elif derived is not None and derived.kind == "bands":
                listed[column] = derived.names()
        heads = {c: declared.columns[c].label for c in columns if c in declared.columns and declared.columns[c].label}
        return protect_counts(
            frame, by=columns, count=count, policy=self.settings.policy, publish=publish, title=title,
            source_line=self.source_line(source), groups=listed, labels=heads | (labels or {}), counted=counted,
            book=self.book, lineage=lineage, keys=keys,
            adding_up=source in self.case.disclosure.adding_up,
        )  # fmt: skip

    def compare(
        self, source: str, reference: str, *, by: str, title: str, labels: tuple[str, str] = ("Source", "Reference")
    ) -> SafeTable:
        """Put two of the study's own tables side by side, as shares of the groups that both list."""
        tables = []
        for name in (source, reference):
            count = next((n for n, c in self.case.sources[name].columns.items() if c.role == "count"), None)
            tables.append(self.table(name, by, title=title, count=count, counted="people"))
        both = set(tables[0].frame[by]) & set(tables[1].frame[by]) - {NOT_RECORDED}
        labelled = {
            "share": f"Share, {_inside(labels[0])}",
            "reference_share": f"Share, {_inside(labels[1])}",
            "count": labels[0],
            "reference_count": labels[1],
        }
        line = self.source_line(source, reference)
        return compare(
            tables[0].where(by, both), tables[1].where(by, both), title=title, source_line=line, labels=labelled
        )

    def table_checks(self) -> Section:
        """Show what does not fit together in the tables an organisation published."""
        from shared.report.sections.tables import table_checks

        return table_checks(self)

    def over_releases(self, series: str, *, by: str, title: str, count: str | None = None) -> Section:
        """Draw one series of published tables across its releases."""
        from shared.report.sections.tables import over_releases

        return over_releases(self, series, by=by, title=title, count=count)

    def inequality(
        self, sources: Mapping[str, str], *, by: str, reference: str, reference_count: str, title: str, counted: str,
        people: str = "residents",
    ) -> Section:  # fmt: skip
        """Say how unevenly a count is spread over people: Lorenz curves, Gini coefficients, share of the top tenth."""
        from shared.report.sections.evenness import inequality

        return inequality(
            self, sources, by=by, reference=reference, reference_count=reference_count, title=title, counted=counted,
            people=people,
        )  # fmt: skip

    def relation(
        self, source: str, *, by: str, reference: str, reference_count: str, other: str, other_column: str,
        other_label: str, title: str, counted: str, split: str | None = None,
    ) -> Section:  # fmt: skip
        """Say whether a count a head goes with another figure of the same areas: rank correlation and scatter."""
        from shared.report.sections.evenness import relation

        return relation(
            self, source, by=by, reference=reference, reference_count=reference_count, other=other,
            other_column=other_column, other_label=other_label, title=title, counted=counted, split=split,
        )  # fmt: skip

    def map(
        self, source: str | Mapping[str, str], *, by: str, title: str, counted: str,
        kind: Literal["choropleth", "symbols", "hexagons", "strip"] = "choropleth",
        figure: Literal["rate", "ratio", "count"] = "rate", reference: str = "",
        reference_count: str | Mapping[str, str] = "", reference_by: str = "", boundaries: str = "",
        people: str = "residents", per: int = 1000,
        classes: Literal["quantiles", "natural breaks"] | Sequence[float] = "quantiles", k: int = 5,
        uncertainty: bool = False, inset: Mapping[str, str] | None = None, across: str = "",
    ) -> Section:  # fmt: skip
        """Draw a count by area: one map, or small maps of several sources (name -> source) or of a column's groups.

        ``by`` is a column of ``source`` that may be published and holds codes of the shapes; ``figure`` is the count
        ``per`` people, the ratio of shares (1: as in the population) or the count itself; rate and ratio need
        ``reference``, its ``reference_count`` (a column of people, or one for each map) and, if it has another name,
        ``reference_by``. ``classes`` are made by a method or given as breaks; ``uncertainty`` hatches areas whose 95%
        interval leaves their class; ``inset`` enlarges areas by the beginning of their codes (``{"London": "E09"}``),
        or draws a line around them where areas are hexagons; ``across`` is the column whose groups get a map each.
        ``kind`` says how: docs/maps.md. Everything is worked out from protected counts. Raises ``DataError`` or
        ``ProtectionError``.
        """
        from shared.report.sections.mapped import mapped
        from shared.report.sections.mapped_figures import Wanted

        wanted = Wanted(
            by=by, title=title, counted=counted, kind=kind, figure=figure, reference=reference,
            reference_count=reference_count, reference_by=reference_by, boundaries=boundaries, people=people, per=per,
            classes=classes, k=k, uncertainty=uncertainty, inset=inset or {}, across=across,
        )  # fmt: skip
        return mapped(self, {"": source} if isinstance(source, str) else source, wanted)

    def clusters(
        self, source: str, *, by: str, reference: str, reference_count: str, title: str, counted: str,
        boundaries: str = "", reference_by: str = "", people: str = "residents", per: int = 1000,
        inset: Mapping[str, str] | None = None, islands: Literal["nearest", "apart"] = "nearest", ranked: bool = False,
        permutations: int = 9999, level: float = 0.05,
    ) -> Section:  # fmt: skip
        """Say whether a count a head clusters in space, and where: a sentence, a map of clusters and its table.

        Moran's I, and the local statistic of each area against those beside it, by permutation (seeded), with false
        discovery control (Benjamini and Hochberg) at ``level``. Worked out from protected counts: hidden areas are
        left out and are nobody's neighbour. ``by`` is a column of ``source`` that may be published and holds codes
        of the shapes; ``reference_by`` the reference's column of the same codes, if it has another name;
        ``reference_count`` its people. ``boundaries`` is the source of borders, else that of ``area``. Areas that
        touch no other are joined to the ``nearest``, or left ``apart`` and not tested; which is said under the map.
        ``ranked`` compares the order of the rates and not their size: for rates of which a few are enormous. ``inset``
        enlarges areas by the beginning of their codes, as in ``map``.
        Raises ``DataError`` if codes and borders do not meet.
        """
        from shared.report.sections.clusters import clusters

        return clusters(
            self, source, by=by, reference=reference, reference_count=reference_count, title=title, counted=counted,
            boundaries=boundaries, reference_by=reference_by, people=people, per=per, inset=inset,
            islands=islands, ranked=ranked, permutations=permutations, level=level,
        )  # fmt: skip

    def other_areas(
        self, source: str, *, by: str, into: str, title: str, counted: str, boundaries: str = "",
        alike: Mapping[str, str] | None = None, people: str = "residents",
    ) -> Section:  # fmt: skip
        """Give a count for other areas, in which its own do not nest, with limits of what is certain.

        ``by`` is a column that may be published and holds codes of ``boundaries`` (a source; else that of ``area``);
        ``into`` is the source of boundaries wanted. Areas that are cut are shared out by area, or by ``people`` of
        smaller areas: ``alike`` names their ``boundaries``, and the ``reference`` with its columns ``by`` and
        ``count``. Totals stay; what lies in none of the new areas is said. Worked out from protected counts: an area
        with a piece of a hidden one is hidden. Raises ``DataError`` if codes and borders do not meet.
        """
        from shared.report.sections.other_areas import other_areas

        return other_areas(
            self, source, by=by, into=into, title=title, counted=counted, boundaries=boundaries, alike=alike,
            people=people,
        )  # fmt: skip

    def changes(self, proposed: Mapping[str, Mapping[str, float]]) -> Section:
        """Show what a few changes by the organisation would move: change -> indicator -> the value it would reach."""
        from shared.report.sections.changes import changes

        return changes(self, proposed)

    # The sections, in the order of the notebook. Each lives in a module of its own under report/sections.

    def heading(self) -> Section:
        """Say what this is an assessment of, and on what it rests."""
        from shared.report.sections.opening import heading

        return heading(self)

    def findings(self) -> Section:
        """Say what the data can be used for, and how sure that is."""
        from shared.report.sections.opening import findings

        return findings(self)

    def who(self) -> Section:
        """Describe the organisation and who took part."""
        from shared.report.sections.source import who

        return who(self)

    def data(self) -> Section:
        """Describe the sources, their columns and what was lost on the way."""
        from shared.report.sections.source import data

        return data(self)

    def quality_profile(self) -> Section:
        """Show the dimensions with their intervals, and the gates."""
        from shared.report.sections.profile import quality_profile

        return quality_profile(self)

    def computed_indicators(self) -> Section:
        """Show every computed indicator with its working."""
        from shared.report.sections.computed import computed_indicators

        return computed_indicators(self)

    def judged_evidence(self) -> Section:
        """Show what assessors judged, on which evidence."""
        from shared.report.sections.judged import judged_evidence

        return judged_evidence(self)

    def coverage(self) -> Section:
        """Show where the source reaches, on a map and in a table."""
        from shared.report.sections.coverage import coverage

        return coverage(self)

    def comparison(self) -> Section:
        """Compare the source with official statistics, margin by margin and total by total."""
        from shared.report.sections.comparison import comparison

        return comparison(self)

    def quotations(self, title: str = "In their own words") -> Section:
        """Print what people said, where case.yaml declares it: marked publishable, masked, and reviewed."""
        from shared.report.sections.quotations import quotations

        return quotations(self, title)

    def limitations(self) -> Section:
        """List what a user of the figures has to mind."""
        from shared.report.sections.closing import limitations

        return limitations(self)

    def what_would_move(self) -> Section:
        """Say what would change the verdict, and what other offices' instruments say."""
        from shared.report.sections.movement import what_would_move

        return what_would_move(self)

    def reply(self) -> Section:
        """Give the organisation the last word."""
        from shared.report.sections.closing import reply

        return reply(self)

    def reproduce(self) -> Section:
        """Say how to make this report again, and attach the machine-readable result."""
        from shared.report.sections.reproduce import reproduce

        return reproduce(self)


def _inside(label: str) -> str:
    """Write a label inside a sentence; one with capitals in it (British Red Cross) is a name and stays."""
    return label if label[1:] != label[1:].lower() else label.lower()


def open_case(
    case_id: str,
    *,
    as_of: str = "",
    use: str = "",
    policy: str = "",
    draws: int = 2000,
    seed: int = 1,
    interactive: bool = False,
    project: Project | None = None,
) -> Study:
    """Open a case study with the parameters of its notebook.

    Raises ``ParameterError`` (all parameters at fault together), ``DefinitionError``, ``DataMissing`` or
    ``DataError``.
    """
    project = project or find_project()
    case = load_case(project, case_id)
    faults: list[Fault] = []
    when = case.dates.assessed_on
    if as_of:
        try:
            when = date.fromisoformat(as_of)
        except ValueError:
            faults.append(Fault("as_of is not a date.", hint="Write it as 2026-03-31, or leave it empty."))
    focus = use or case.intended_uses[0].use
    if focus not in USES:
        faults.append(
            Fault(f'use: there is no use "{focus}".', hint=nearest(focus, USES) or f"There are: {', '.join(USES)}.")
        )
    chosen = policy or case.disclosure.policy
    if chosen not in POLICIES:
        hint = nearest(chosen, POLICIES) or f"There are: {', '.join(POLICIES)}."
        faults.append(Fault(f'policy: there is no disclosure policy "{chosen}".', hint=hint))
    if draws < 0 or draws > 100_000:
        faults.append(Fault("draws must lie between 0 and 100,000."))
    if seed < 0:
        faults.append(Fault("seed must not be negative."))
    if faults:
        raise ParameterError("The parameters cannot be used:", faults=faults)
    enable()
    return Study(project, case, Settings(when, focus, find_policy(chosen), draws, seed, interactive))
