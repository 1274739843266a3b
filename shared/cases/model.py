"""The case study as data: what ``case.yaml`` may say, field by field.

Every fault that can be seen without opening a data file is found here; ``shared.cases.load`` turns pydantic's
findings into faults with file, line and field.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, PrivateAttr, field_validator, model_validator

from shared.cases.chosen import FloorOverride, InstrumentAnswer, WeightOverride
from shared.cases.columns import Column, Condition, Edit, Scalar, Strict
from shared.cases.declared import (
    Coders,
    CommonUnits,
    Contributors,
    Deliveries,
    Dispositions,
    DomainPairs,
    Findings,
    FrameworkMatrix,
    Imputation,
    Interviewer,
    Linkage,
    RepeatPairs,
    Reproduced,
    ResponseCells,
    Revision,
    Scorers,
    Series,
    Themes,
)  # fmt: skip
from shared.cases.forms import XlsForm
from shared.cases.placing import Area as Area
from shared.cases.placing import Derivation, default_kind
from shared.cases.project import can_be_path
from shared.cases.quotations import Quotations
from shared.cases.recipes import FORMATS, PULLED, Recipe
from shared.cases.reference_rules import ReferenceRules
from shared.cases.vocabulary import (
    Access,
    Consent,
    Content,
    InitiativeType,
    Mode,
    OrganisationType,
    Overlap,
    Profile,
    Purpose,
    Risk,
    Selection,
    Stage,
    Unit,
    Use,
)  # fmt: skip

Format = Literal[
    "csv", "tsv", "xlsx", "xls", "ods", "rda", "json", "parquet", "geojson", "topojson", "gpkg", "shapefile",
]  # fmt: skip
RowNumber = Annotated[int, Field(ge=1)]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
Level = Annotated[int, Field(ge=0, le=5)]


class Organisation(Strict):
    """Who made the data, why, who paid and whom to ask."""

    name: str
    type: OrganisationType
    purpose: str
    funder: str = ""
    interest: str = ""
    contact: str = ""
    website: str = ""
    invented: bool = False


class Sdg(Strict):
    """One SDG indicator that the source can inform (REL-5)."""

    indicator: str = Field(pattern=r"^\d{1,2}\.[0-9a-z]{1,2}\.\d{1,2}$")
    role: Literal["headline", "disaggregation", "proxy"]
    tier: Literal["I", "II", "I/II", "not known"] = "not known"
    custodian: str = ""
    national_series: bool | None = None


class Features(Strict):
    """The features profile (framework section 2): described, never scored."""

    initiative: InitiativeType
    primary_purpose: Purpose
    content: Content
    unit: Unit
    selection: Selection
    mode: tuple[Mode, ...]
    consent: Consent
    access: Access
    overlapping_official_source: Overlap
    frequency: str = ""
    waves: int | None = Field(None, ge=1)
    eligible: int | None = Field(None, ge=0)
    invited: int | None = Field(None, ge=0)
    achieved: int | None = Field(None, ge=0)
    contributors: int | None = Field(None, ge=0)
    required_groups: tuple[str, ...] = ()
    sdg: tuple[Sdg, ...] = ()


class Population(Strict):
    """Population of interest and the statistic the data would serve."""

    of_interest: str
    statistic: str
    base: str = ""


class Long(Strict):
    """Columns that hold one group each, made into rows before anything else is done with the table.

    ``columns`` become the groups of a new column ``into``; their cells go to a new column of counts ``count``.
    """

    columns: tuple[str, ...] = Field(min_length=2)
    into: str
    count: str


class Source(Strict):
    """One file: where it is, what it is, and what its columns mean.

    Exactly one of ``path`` (inside the project, ships with it) and ``url`` (public address; found in the mirror
    or the download folder, and always compared with ``sha256``).
    kind ``records`` one row a record; ``table`` an aggregate table as published; ``reference`` official figures;
    ``boundaries`` polygons.
    """

    kind: Literal["records", "table", "reference", "boundaries"]
    title: str
    path: str | None = None
    url: str | None = Field(None, pattern=r"^https://\S+$")
    recipe: Recipe | None = None
    """Of a table or boundaries asked for from a public interface, in place of ``path`` and ``url``."""
    sha256: str = Field(pattern=r"^([0-9a-f]{64}|pulled)$")
    format: Format
    member: str | None = None
    """What is meant inside the file: the path of a file in a zip, an object of R data, a list in JSON, a map layer."""
    layer: str | None = None
    """Inside a zip, the same once more: the object, list or layer of the file that ``member`` names."""
    encoding: str | None = None
    """Of delimited text; left out, it is found and noted. ``utf-8+cp1252``: each line is the one or the other."""
    separator: str | None = None
    """Of delimited text; left out, it is found and noted (in tsv it is the tab)."""
    sheet: str | None = None
    header_row: tuple[RowNumber, ...] = Field((), max_length=3)
    """The rows that hold the column names, counted from 1 as in the file; left out, the first that is not empty."""
    skip_rows: tuple[RowNumber, ...] = ()
    """Rows that are neither names nor data: units, notes, a total that the organisation added below."""
    crs: str | None = None
    """Of shapes whose file names no coordinate system, or a wrong one: EPSG:27700, EPSG:4326."""
    xlsform: XlsForm | None = None
    """The XLSForm definition behind a survey tool's export: describes every column that ``columns`` does not."""
    table_schema: str | None = None
    """A Frictionless Table Schema or Data Package that describes every column that ``columns`` does not."""
    licence: str
    attribution: str
    as_at: date | None = None
    population_base: str = ""
    where: tuple[Condition, ...] = ()
    """Keep only these rows (a reference file may hold many years)."""
    columns: dict[str, Column] = {}
    key: tuple[str, ...] = ()
    derive: dict[str, Annotated[Derivation, BeforeValidator(default_kind)]] = {}
    edits: tuple[Edit, ...] = ()
    weight: str | None = None
    cluster: str | None = None
    age: str | None = None
    """The column of ages in single years (DAT-7)."""
    imputed: dict[str, Condition] = {}
    """Column -> the condition on a flag column that says its answer was filled in (DAT-6)."""
    distinct_keys: Literal["counted", "estimated"] = "counted"
    """Of records too many to hold: ``estimated`` keeps at most a million keys in memory, and the error is stated."""
    listing: Literal["complete", "top only", "not known"] = "complete"
    """For tables: whether every category is listed or only the largest."""
    series: Slug | None = None
    """For tables: the name shared by all releases of the same table; table checks compare them by ``as_at``."""
    part_of: str | None = None
    """For tables: the source whose counts, group by group, this one's are a part of."""
    long: Long | None = None
    followed_by: tuple[Slug, ...] = ()
    """For tables: sources of the same columns whose rows are put under this one's (four quarters make a year)."""
    checks: ReferenceRules | None = None
    """For references: what must hold before anything is compared with it."""

    _dictionary_notes: tuple[str, ...] = PrivateAttr(())

    @field_validator("header_row", mode="before")
    @classmethod
    def _one_row(cls, value: Any) -> Any:
        return [value] if isinstance(value, int) else value

    @field_validator("xlsform", mode="before")
    @classmethod
    def _file_alone(cls, value: Any) -> Any:
        return {"file": value} if isinstance(value, str) else value

    @property
    def dictionary_notes(self) -> tuple[str, ...]:
        """What the form or schema says otherwise than ``columns``, and what of it could not be taken over."""
        return self._dictionary_notes

    @model_validator(mode="after")
    def _one_place(self) -> Source:
        if self.recipe is not None and self.path is None and self.url in (None, self.recipe.address()):
            object.__setattr__(self, "url", self.recipe.address())
        elif self.recipe is not None or (self.path is None) == (self.url is None):
            raise ValueError('give either "path" (inside the project) or "url" (a public address), or a "recipe"')
        if self.recipe is not None and self.format != FORMATS[self.recipe.service]:
            raise ValueError(f"what {self.recipe.service} answers is kept as {FORMATS[self.recipe.service]}")
        if self.sha256 == PULLED and self.recipe is None:
            raise ValueError('"sha256: pulled" belongs to sources with a recipe')
        if self.path is not None and (Path(self.path).is_absolute() or ".." in Path(self.path).parts):
            raise ValueError('"path" must stay inside the project: relative, without ".."')
        if not can_be_path(self.path or ""):
            raise ValueError('"path" cannot be the name of a file')
        if self.followed_by and self.kind not in ("table", "reference"):
            raise ValueError('"followed_by" belongs to sources of kind table or reference')
        if self.checks is not None and self.kind != "reference":
            raise ValueError('"checks" belong to sources of kind reference')
        return self


class Quantity(Strict):
    """A number taken from a source: the sum of ``column`` (or the number of rows) where all conditions hold."""

    source: str
    column: str | None = None
    where: tuple[Condition, ...] = ()


class Margin(Strict):
    """One margin to compare with the reference: the source's groups against the population's.

    The reference is given either wide (``reference_columns``: group -> columns to add up) or long
    (``reference_by`` with ``reference_count``).
    """

    id: Slug
    label: str
    source: str
    column: str
    count: str | None = None
    reference: str
    reference_columns: dict[str, tuple[str, ...] | str] | None = None
    reference_by: str | None = None
    reference_count: str | None = None
    required_groups: tuple[str, ...] = ()
    caveat: str = ""

    @model_validator(mode="after")
    def _wide_or_long(self) -> Margin:
        long = (self.reference_by is not None, self.reference_count is not None)
        if (self.reference_columns is not None) == any(long) or (any(long) and not all(long)):
            raise ValueError('give "reference_columns", or "reference_by" together with "reference_count"')
        return self


class Estimate(Strict):
    """One key estimate (ACC-1): the share of records with ``column`` in ``is_in`` among those with an answer."""

    id: Slug
    label: str
    source: str
    column: str
    is_in: tuple[Scalar, ...]
    count: str | None = None
    design_effect: float = Field(1.0, ge=0.1, le=100)
    design_effect_reason: str = ""
    official: float | None = Field(None, ge=0, le=1)
    official_source: str = ""
    official_standard_error: float = Field(0.0, ge=0, le=1)
    population: int | None = Field(None, ge=1)
    """How many units the target population of this estimate has (REP-10, ACC-8)."""
    decision_line: float | None = Field(None, ge=0, le=1)


class Total(Strict):
    """Two totals that should agree (COH-4)."""

    id: Slug
    label: str
    source: Quantity
    reference: Quantity
    explanation: str = ""


class IntendedUse(Strict):
    """A use that somebody asks about, with the QAAD risk and public-interest profile it carries."""

    use: Use
    statistic: str
    risk: Risk
    profile: Profile
    user: str = ""


class Facts(Strict):
    """Facts about the setting that the use rules ask for; ``null`` means not known."""

    official_comparator: bool | None = None
    independent_of_comparator: bool | None = None
    adequate_official_figure: bool | None = None
    parallel_periods: int | None = Field(None, ge=0)
    legal_basis: bool | None = None
    users_consulted: bool | None = None
    new_publishable_cells: int | None = Field(None, ge=0)
    required_cells: int | None = Field(None, ge=0)
    supplied_cells: int | None = Field(None, ge=0)
    missing_official_cells: int | None = Field(None, ge=0)


class Participation(Strict):
    """Copenhagen ladder, 1 to 5 for each stage of the value chain; 0 not applicable, null not known."""

    started_by_citizens: bool | None = None
    design: Level | None = None
    collect: Level | None = None
    process: Level | None = None
    analyse: Level | None = None
    share: Level | None = None
    use: Level | None = None

    def levels(self) -> dict[Stage, int | None]:
        """Return the level of each stage, in the order of the value chain."""
        return {
            "design": self.design, "collect": self.collect, "process": self.process,
            "analyse": self.analyse, "share": self.share, "use": self.use,
        }  # fmt: skip


class Dates(Strict):
    """Reference period, collection and releases; TIM indicators use them."""

    reference_start: date
    reference_end: date
    collection_start: date | None = None
    collection_end: date | None = None
    first_release: date | None = None
    planned_release: date | None = None
    final_release: date | None = None
    actual_interval_months: float | None = Field(None, gt=0)
    needed_interval_months: float | None = Field(None, gt=0)
    tolerated_age_years: float | None = Field(None, gt=0)
    assessed_on: date

    @model_validator(mode="after")
    def _in_order(self) -> Dates:
        for first, last in (
            ("reference_start", "reference_end"),
            ("collection_start", "collection_end"),
            ("first_release", "final_release"),
        ):
            a, b = getattr(self, first), getattr(self, last)
            if a and b and a > b:
                raise ValueError(f'"{first}" is after "{last}"')
        return self


class Consented(Strict):
    """How consent shows in the records (ETH-2); records without it are removed before anything is computed."""

    source: str
    column: str
    granted: tuple[str, ...]


class Disclosure(Strict):
    """Which protection policy applies, and which columns may be published at all."""

    policy: Literal["threshold-10-round-5", "redact-7-round-5", "published-aggregates", "cell-key", "strict"] = (
        "threshold-10-round-5"
    )
    publish: dict[str, tuple[str, ...]]
    """Source -> columns whose groups may appear in outputs."""
    record_key: dict[str, str] = {}
    """Source -> its column of record keys (random whole numbers, fixed for each record), for cell-key perturbation."""
    ptable: str | None = None
    """CSV file in the case study's folder with the perturbation table (pcv, ckey, pvalue); left out: the 10-5 rule."""
    adding_up: tuple[str, ...] = ()
    """Sources whose tables of counts are rounded so that totals of what is shown add up (each figure to the multiple
    above or below it), where the policy rounds."""
    not_personal: dict[str, dict[str, str]] = {}
    """Source -> column -> why it only looks like names, addresses or numbers of persons, and holds none."""
    prepared_by: tuple[str, ...] = ()
    """Who prepared the assessment; none of them may approve an output of it (``casebook approve``)."""


class Override(Strict):
    """A goalpost, with the reason for moving it; the report shows both."""

    lo: float
    hi: float
    reason: str = Field(min_length=10)


class Review(Strict):
    """On what the assessment rests, and what the organisation replied."""

    basis: str
    agreed_with_organisation: bool = False
    organisation_reply: str = ""
    reply_date: date | None = None


class Synthetic(Strict):
    """What is made up, with which generator and seed."""

    what: str
    generator: str = ""
    seed: int | None = None


class CaseStudy(Strict):
    """A case study: everything about one source that is not in its data files."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    slug: Slug
    title: str
    summary: str
    organisation: Organisation
    features: Features
    population: Population
    participation: Participation
    dates: Dates
    sources: dict[Slug, Source]
    consent: Consented | None = None
    area: Area | None = None
    margins: tuple[Margin, ...] = ()
    estimates: tuple[Estimate, ...] = ()
    totals: tuple[Total, ...] = ()
    intended_uses: tuple[IntendedUse, ...] = Field(min_length=1)
    facts: Facts = Facts()
    dispositions: Dispositions | None = None
    response_cells: ResponseCells | None = None
    revisions: tuple[Revision, ...] = ()
    reproduced: Reproduced | None = None
    deliveries: Deliveries | None = None
    linkage: Linkage | None = None
    common_units: CommonUnits | None = None
    imputation: Imputation | None = None
    contributors: Contributors | None = None
    repeat_pairs: RepeatPairs | None = None
    scorers: Scorers | None = None
    interviewer: Interviewer | None = None
    themes: Themes | None = None
    coders: Coders | None = None
    findings: Findings | None = None
    framework_matrix: FrameworkMatrix | None = None
    quotations: Quotations | None = None
    series: Series | None = None
    domain_pairs: DomainPairs | None = None
    metadata: dict[str, str | bool | None] = {}
    """The 26 elements: a text or true = provided, false = not provided, "not applicable: why", null = not known."""
    standard_concepts: dict[str, Literal["same", "mappable", "not standard"]] = {}
    disclosure: Disclosure
    overrides: dict[str, Override] = {}
    floor_overrides: tuple[FloorOverride, ...] = ()
    weight_overrides: dict[str, WeightOverride] = {}
    instrument_answers: tuple[InstrumentAnswer, ...] = ()
    review: Review
    synthetic: Synthetic | None = None
    limitations: tuple[str, ...] = ()
    release_note: str = ""

    @property
    def records(self) -> dict[str, Source]:
        """The record-level sources, by id."""
        return {name: source for name, source in self.sources.items() if source.kind == "records"}

    @property
    def tables(self) -> dict[str, Source]:
        """The aggregate tables of the organisation, by id; tables put together from them are not among them."""
        return {n: source for n, source in self.sources.items() if source.kind == "table" and not source.followed_by}
