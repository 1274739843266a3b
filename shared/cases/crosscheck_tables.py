"""What published tables declare of each other's columns: rows of totals, people behind counts, codes in words."""

from __future__ import annotations

from collections.abc import Iterator

from shared.cases.crosscheck_sources import known_columns, unknown_column
from shared.cases.document import Place
from shared.cases.findings import Finding
from shared.cases.model import Source
from shared.errors import nearest


def table_findings(name: str, source: Source) -> Iterator[Finding]:
    """Yield what does not fit in one source's declarations about tables."""
    for column, rules in source.columns.items():
        at: Place = ("sources", name, "columns", column)
        yield from unknown_column((*at, "made_by"), rules.made_by, source, derived=False)
        if rules.shown_as is not None and rules.shown_as not in source.derive:
            hint = nearest(rules.shown_as, source.derive) or "Derive it from the codes, with a recode."
            yield Finding((*at, "shown_as"), f'The source derives no column "{rules.shown_as}".', hint)
        if rules.totals and source.kind not in ("table", "reference"):
            yield Finding((*at, "totals"), f"A source of kind {source.kind} has no rows of totals.", "Remove the key.")


def same_columns(at: Place, source: Source, other: Source) -> Iterator[Finding]:
    """Yield why another source's rows cannot be put under a source's own."""
    if other.followed_by:
        yield Finding(at, "This source is put together from others itself.", "Name the others one by one.")
    for column in known_columns(source):
        if column not in known_columns(other):
            hint = nearest(column, known_columns(other))
            yield Finding(at, f'The source that follows has no column "{column}".', hint)
