"""Quotations: only what is marked publishable, masked by declared rules, and reviewed by a person."""

from __future__ import annotations

import csv
import hashlib
import io

import pandas as pd

from shared.cases.model import CaseStudy
from shared.cases.project import Project
from shared.cases.quotations import Quotations
from shared.errors import Fault, ProtectionError
from shared.protect.masking import Masks, words_of_answers
from shared.protect.policy import Policy
from shared.protect.table import Column, Origin, SafeTable, seal
from shared.sources.large import RECORDS, LargeRecords, Rows, counts_by

NOT_SAID = ""
_SHOWN = 10
MOST = 10_000
"""Quotations that a second person can be asked to read, at the very most."""


def masked_texts(project: Project, case: CaseStudy, frame: Rows) -> list[tuple[str, str | None]]:
    """Return the publishable quotations, masked, each with the group of who said it, in the order of the file.

    ``frame`` is the source's table; records without consent are left out here again. Raises ``ProtectionError`` where
    a column is missing, nothing is marked, or a text may still hold a name (by its number in this list, no word of it).
    """
    rules = _rules(case)
    where = f"case.yaml, quotations of {rules.source}"
    wanted = [rules.column, rules.publishable.column, *rules.mask_columns, *([rules.said_by] if rules.said_by else [])]
    if absent := [name for name in wanted if name not in frame]:
        raise ProtectionError(f'There is no column "{absent[0]}".', where=where, hint="Compare it with the file.")
    masks = Masks(
        _words(project, case, rules, frame), frozenset(word for words in rules.keep for word in words.split())
    )
    if isinstance(frame, LargeRecords):  # of records too many to hold only those marked are brought over
        marks = [_text(one) for one in rules.publishable.is_in or ()]
        column = rules.publishable.column
        consent = [case.consent.column] if case.consent is not None and case.consent.source == rules.source else []
        frame = frame.only([column], lambda rows: rows[column].isin(marks)).bring([*wanted, *consent], MOST)
    if case.consent is not None and case.consent.source == rules.source:
        frame = frame[frame[case.consent.column].astype("str").isin(case.consent.granted)]
    marked = frame[
        frame[rules.publishable.column].astype("str").isin([_text(one) for one in rules.publishable.is_in or ()])
    ]
    marked = marked[marked[rules.column].notna()]
    if marked.empty:
        raise ProtectionError(
            "No quotation is marked publishable.", where=where, hint="Compare publishable with the file."
        )
    texts = [masks.masked(str(text)) for text in marked[rules.column]]
    unsure = [number for number, text in enumerate(texts, 1) if masks.left(text)]
    if unsure:
        listed = ", ".join(map(str, unsure[:_SHOWN])) + (" and others" if len(unsure) > _SHOWN else "")
        raise ProtectionError(
            f"{len(unsure)} quotation(s) hold a word with a capital letter that is not masked: number {listed}.",
            where=where,
            hint="Write the names and places among them into mask_file, and list the other words under keep.",
        )
    said = marked[rules.said_by].astype("str").where(marked[rules.said_by].notna(), None) if rules.said_by else None
    return list(zip(texts, [None] * len(texts) if said is None else said.tolist(), strict=True))


def fingerprint(texts: list[tuple[str, str | None]]) -> str:
    """Return the SHA-256 of masked texts, by which a review belongs to what was read."""
    return hashlib.sha256("\n".join(text for text, _ in texts).encode()).hexdigest()


def quotations(project: Project, case: CaseStudy, frame: Rows, policy: Policy, *, title: str) -> SafeTable:
    """Return the reviewed quotations as a table: what was said, and by whom where enough people are in the group.

    Raises ``ProtectionError`` as ``masked_texts`` does, and where nobody has reviewed the texts as they are now, the
    reviewer prepared the case study, or the group of who said it may not be published.
    """
    rules = _rules(case)
    where = f"case.yaml, quotations of {rules.source}"
    texts = masked_texts(project, case, frame)
    faults = []
    if rules.reviewed is None:
        hint = f"Read them (casebook quotations {case.slug}) and write reviewed_by, reviewed_on and reviewed."
        faults.append(Fault("Nobody has reviewed the masked quotations.", where, hint))
    elif rules.reviewed != fingerprint(texts):
        hint = f"Read them again (casebook quotations {case.slug}) and write the new fingerprint."
        faults.append(Fault("The masked quotations are not those that were reviewed.", where, hint))
    if rules.reviewed_by is not None and rules.reviewed_by in case.disclosure.prepared_by:
        faults.append(Fault("Who prepared the case study cannot review its quotations.", where, "Ask a second person."))
    if rules.said_by is not None and rules.said_by not in case.disclosure.publish.get(rules.source, ()):
        hint = "Add it to disclosure.publish, or leave said_by out."
        faults.append(Fault(f'The column "{rules.said_by}" may not be published.', where, hint))
    if faults:
        raise ProtectionError("The quotations cannot be shown:", faults=faults)
    sizes: dict[object, int] = {}
    if rules.said_by is not None:
        sizes = counts_by(frame, [rules.said_by]).set_index(rules.said_by)[RECORDS].to_dict()
    said_by = [NOT_SAID if who is None or policy.hides(sizes.get(who, 0)) else who for _, who in texts]
    made = pd.DataFrame({"quotation": [text for text, _ in texts], "said_by": said_by}, dtype="str")
    columns = [Column("quotation", "Quotation", "text")]
    if any(said_by):
        columns.append(
            Column("said_by", case.sources[rules.source].columns[rules.said_by or ""].label or "Said by", "text")
        )
    made = made[[column.name for column in columns]].sort_values("quotation", ignore_index=True)
    return seal(
        made, columns, title=title, policy=policy.id, source_line=case.sources[rules.source].attribution, hidden=0,
        note=f"Names, places, dates and numbers are masked [so]. Reviewed by {rules.reviewed_by}, {rules.reviewed_on}.",
        origin=Origin("quotations marked publishable, masked by declared rules and reviewed", rules.source),
    )  # fmt: skip


def _rules(case: CaseStudy) -> Quotations:
    if case.quotations is None:
        hint = "Declare quotations in case.yaml: source, column, publishable, and what is masked."
        raise ProtectionError("No quotation may be shown: none is declared publishable.", where="case.yaml", hint=hint)
    return case.quotations


def _words(project: Project, case: CaseStudy, rules: Quotations, frame: Rows) -> dict[str, str]:
    found: dict[str, str] = {}
    for column, instead in rules.mask_columns.items():  # of all records: people speak of one another
        found |= words_of_answers(counts_by(frame, [column])[column].dropna(), instead)
    if rules.mask_file is not None:
        path = project.casestudies / case.slug / rules.mask_file
        try:
            rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
            found |= {row["words"].strip(): row["instead"].strip() for row in rows if row["words"].strip()}
        except (OSError, UnicodeDecodeError, KeyError, AttributeError, csv.Error):
            hint = "It is a CSV file in the case study's folder, with the columns words and instead, in UTF-8."
            raise ProtectionError(
                "The words to be masked cannot be read.", where=project.shown(path), hint=hint
            ) from None
    return found


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
