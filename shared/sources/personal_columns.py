"""Columns of records that hold personal data and that nobody has declared as such: they stop the run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from shared.cases.dictionary.telling_names import personal_kind
from shared.cases.model import CaseStudy
from shared.errors import Fault
from shared.sources.large import LargeRecords, Rows
from shared.sources.profile.personal import personal_content
from shared.sources.read import RawTable
from shared.sources.typed import as_text

DECLARED = ("identifier", "quasi-identifier", "sensitive", "free text")
"""Roles that say of a column that it tells something about a person."""

FEWEST = 3
"""A column with fewer different answers (yes and no) is not told by its name."""


def personal_faults(case: CaseStudy, raw: Mapping[str, RawTable]) -> list[Fault]:
    """Return a fault for every column of records that looks like personal data and is not declared to be any.

    Looked at are the content (e-mail addresses, telephone, NHS and National Insurance numbers, postcodes, coordinates,
    addresses of devices; most of the column, or within longer texts) and the words of the name (names, addresses,
    dates of birth and others). A column that only looks so is named under ``disclosure.not_personal`` with the reason.
    A published column is held to this whatever its role. No value is in a fault.
    """
    return [fault for name in case.records if name in raw for fault in _of_source(case, name, raw[name].frame)]


def _of_source(case: CaseStudy, name: str, rows: Rows) -> Iterator[Fault]:
    source, excused = case.sources[name], case.disclosure.not_personal.get(name, {})
    published = case.disclosure.publish.get(name, ())
    looked_at = []
    for column in map(str, rows.columns):
        declared = source.columns.get(column)
        if column in excused or (declared is not None and declared.role in DECLARED and column not in published):
            continue
        looked_at.append(column)
    for column, answers in _different(rows, looked_at):
        declared = source.columns.get(column)
        told = [f"holds what looks like {what}" for what in personal_content(answers)]
        kind = personal_kind(column) if len(answers) >= FEWEST else None
        if kind is not None and (declared is None or declared.role not in DECLARED):
            told.append(f"is named like {kind}")
        if told:
            role = "is not described" if declared is None else f'is declared as "{declared.role}"'
            also = " and published" if column in published else ""
            yield Fault(
                f'Column "{column}" {" and ".join(dict.fromkeys(told))}, and {role}{also}.',
                f"case.yaml, sources.{name}.columns",
                "Give it the role identifier, quasi-identifier, sensitive or free text and do not publish it; or, if "
                "it holds no personal data, say why under disclosure.not_personal.",
            )


def _different(rows: Rows, columns: Sequence[str]) -> Iterator[tuple[str, pd.Series]]:
    """Yield the different answers to each question; of a question with very many, an even part."""
    if isinstance(rows, LargeRecords):
        yield from rows.all_different(columns).items()
    else:
        yield from ((column, as_text(rows[column]).dropna().drop_duplicates()) for column in columns)
