"""What does not fit together in the tables an organisation published: found and counted, never tidied by hand.

The checks know nothing of any one case study: they use what case.yaml declares (series, part_of, listing, as_at,
units and roles of columns, recodes) and the tables themselves. They find; what a finding means, and whether it is
a fault, is for people to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from shared.cases.model import CaseStudy
from shared.measures.tables.behind import few_behind_many, people_overlap
from shared.measures.tables.labels import (
    label_variants,
    lists_in_two_styles,
    not_placed,
    spaces_in_labels,
    title_contradicted,
)
from shared.measures.tables.lists import list_cut_off, not_classified, small_cells
from shared.measures.tables.releases import categories_changed, header_changed, jumps, release_missing
from shared.measures.tables.rows import codes_unexplained, group_without_row, mostly_noughts
from shared.measures.tables.shape import (
    bands_out_of_order,
    characters_lost,
    combination_without_row,
    header_of_period,
    label_twice,
    labels_combined,
    part_beside_whole,
    reference_without_number,
)
from shared.measures.tables.total_rows import total_rows_differ, total_rows_inside
from shared.measures.tables.totals import counts_differ, part_larger_than_whole, totals_differ
from shared.measures.tables.view import Table, TableFinding, read_tables, rounded_to
from shared.measures.tables.vintage import codes_of_another_year
from shared.sources.large import in_memory
from shared.sources.prepare import Prepared

__all__ = ["KINDS", "TableFinding", "check_tables"]

KINDS: dict[str, str] = {
    "total-row-inside": "Rows of totals stand among the data",
    "total-row-differs": "Rows of totals do not match the rows they add up",
    "totals-differ": "Tables of one release that should have the same total do not",
    "counts-differ": "One group is counted differently in two tables of one release",
    "part-larger-than-whole": "A part is larger than the whole it belongs to",
    "people-overlap": "People are counted in more than one part",
    "few-behind-many": "Few people are behind many counts",
    "categories-changed": "Categories changed between releases",
    "header-changed": "A heading changed between releases",
    "jump": "A count moved much more, or less, than its table",
    "release-missing": "A table is missing from a release",
    "period-not-inside": "Tables do not say which period they cover",
    "group-without-row": "A group has no row in some releases",
    "combination-without-row": "Combinations of groups have no row",
    "label-twice": "A group stands in a table twice",
    "labels-combined": "Labels that name several groups at once",
    "part-beside-whole": "A heading and its parts are separate rows",
    "bands-out-of-order": "Bands are not in order of size",
    "list-cut-off": "A list shows only the largest groups",
    "not-classified": "Groups that say no more than other or unknown",
    "codes-of-another-year": "Area codes of another year",
    "reference-without-number": "Areas for which the official figures have no number",
    "characters-lost": "Letters lost between two encodings",
    "not-placed": "Labels without a counterpart in what they are compared with",
    "label-variants": "One thing written in two ways",
    "spaces-in-labels": "Labels with a space too many",
    "title-contradicted": "A title and a heading contradict each other",
    "codes-unexplained": "Codes without words",
    "mostly-noughts": "Most rows count nobody",
    "small-cells": "Figures small enough to point at persons",
}
"""Kind of finding -> what it means, in the order in which findings are given."""

_CHECKS: tuple[Callable[[Sequence[Table]], Iterator[TableFinding]], ...] = (
    total_rows_inside,
    total_rows_differ,
    totals_differ,
    counts_differ,
    part_larger_than_whole,
    people_overlap,
    few_behind_many,
    categories_changed,
    header_changed,
    jumps,
    release_missing,
    header_of_period,
    group_without_row,
    combination_without_row,
    label_twice,
    labels_combined,
    part_beside_whole,
    bands_out_of_order,
    list_cut_off,
    not_classified,
    codes_of_another_year,
    reference_without_number,
    not_placed,
    label_variants,
    lists_in_two_styles,
    spaces_in_labels,
    title_contradicted,
    codes_unexplained,
    mostly_noughts,
    small_cells,
)


def check_tables(case: CaseStudy, prepared: Prepared, *, base: int | None = None) -> tuple[TableFinding, ...]:
    """Return everything that does not fit together in a case study's aggregate tables.

    Counts of people in the texts are rounded to the nearest multiple of ``base``, where the disclosure policy has one.

    Reference tables take part where they can be at odds with themselves or with the organisation's labels. The
    order is that of ``KINDS``, then by date and source. A case study without tables has no findings. Raises
    ``MeasureError`` for a table whose groups or counts are not described, since it could not be checked.
    """
    tables = read_tables(case, prepared)
    titles = {source_id: source.title for source_id, source in case.sources.items()}
    with rounded_to(base or 1):
        found = [finding for check in _CHECKS for finding in check(tables)]
        raw = {t.source_id: in_memory(prepared.raw[t.source_id].frame, "A check of tables") for t in tables}
        found += characters_lost(raw, titles)
    order = list(KINDS)
    return tuple(sorted(found, key=lambda f: (order.index(f.kind), f.as_at, f.sources)))
