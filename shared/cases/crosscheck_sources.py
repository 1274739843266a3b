"""What must hold inside one source's definition: its columns, key, edits, derivations and address."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from shared.cases.columns import Bands, Column, Condition, Edit, Recode
from shared.cases.document import Place
from shared.cases.findings import Finding
from shared.cases.model import Source
from shared.cases.patterns import pattern_problem
from shared.cases.placing import AreaOf, Shares
from shared.cases.project import Project, can_be_path
from shared.errors import nearest


def source_findings(name: str, source: Source, *, project: Project, slug: str) -> Iterator[Finding]:
    """Yield what is wrong within one source, without opening its data file."""
    at: Place = ("sources", name)
    yield from _file(at, source)
    if source.kind == "records" and not source.columns:
        yield Finding(
            (*at, "columns"), "No column is described.", "Describe at least the columns that the assessment uses."
        )
    for column, rules in source.columns.items():
        yield from _rules((*at, "columns", column), rules, source)
    for column in repeated(source.key):
        yield Finding((*at, "key"), f'"{column}" is named twice in the key.')
    for index, column in enumerate(source.key):
        yield from unknown_column((*at, "key", index), column, source)
    for index, column in enumerate(source.long.columns if source.long else ()):
        yield from unknown_column((*at, "long", "columns", index), column, source, derived=False)
    for field in ("weight", "cluster", "age"):
        yield from unknown_column((*at, field), getattr(source, field), source)
    for column, flag in source.imputed.items():
        yield from unknown_column((*at, "imputed", column), column, source)
        yield from unknown_column((*at, "imputed", column, "column"), flag.column, source)
        yield from values_allowed((*at, "imputed", column, "is_in"), flag, source)
    for index, condition in enumerate(source.where):
        yield from unknown_column((*at, "where", index, "column"), condition.column, source, derived=False)
        yield from values_allowed((*at, "where", index, "is_in"), condition, source)
    yield from _edits(at, source)
    yield from _derivations(at, source, project, slug)


def known_columns(source: Source) -> list[str]:
    """Return the names that may be used for the source's columns: described and derived ones.

    Columns made into rows are gone by then; the two that take their place are there.
    """
    made, gone = ((source.long.into, source.long.count), source.long.columns) if source.long else ((), ())
    return [*(name for name in source.columns if name not in gone), *made, *source.derive]


def unknown_column(place: Place, column: str | None, source: Source, *, derived: bool = True) -> Iterator[Finding]:
    """Yield a finding when ``column`` is named and the source neither describes nor derives it."""
    known = known_columns(source) if derived else list(source.columns)
    if column is not None and column not in known:
        hint = nearest(column, known) or "Describe it under the source's columns."
        yield Finding(place, f'There is no column "{column}" in this source.', hint)


def values_allowed(place: Place, condition: Condition, source: Source) -> Iterator[Finding]:
    """Yield a finding for every value of a condition that its column can never hold."""
    groups = groups_of(source, condition.column)
    if groups is not None:
        for index, value in enumerate(condition.is_in or ()):
            text = str(value).lower() if isinstance(value, bool) else str(value)
            if text not in groups:
                hint = nearest(text, groups) or f"It holds: {', '.join(groups)}."
                yield Finding((*place, index), f'The column "{condition.column}" never holds "{text}".', hint)


def groups_of(source: Source, column: str) -> tuple[str, ...] | None:
    """Return every group a column can hold (its allowed values, or the labels derived), or None when open."""
    if source.long is not None and column == source.long.into:
        return source.long.columns
    derivation = source.derive.get(column)
    if isinstance(derivation, Bands):
        return derivation.names()
    if isinstance(derivation, Recode):
        closed = derivation.map is not None and derivation.others == "missing"
        return tuple(dict.fromkeys(derivation.map.values())) if closed and derivation.map else None
    rules = source.columns.get(column)
    return (*rules.allowed, *rules.missing) if rules and rules.allowed is not None else None


def beside(project: Project, slug: str, place: Place, name: str | None) -> Iterator[Finding]:
    """Yield a finding when a file that is named lies neither in the case study's folder nor in the project."""
    if name is None:
        return
    if name.startswith("/") or ".." in PurePosixPath(name).parts or not can_be_path(name):
        yield Finding(place, "The file must lie inside the project: relative, without '..'.")
    elif not any((folder / name).is_file() for folder in (project.casestudies / slug, project.root)):
        yield Finding(place, f'The file "{name}" is missing.',
                      "Put it into the case study's folder or give its path inside the project.")  # fmt: skip


def shared_out(place: Place, splits: str | Shares, source: Source) -> Iterator[Finding]:
    """Yield findings for shares of divided areas: only counts can be shared out, and all of them must be."""
    if source.kind == "records" and (splits == "residents" or isinstance(splits, dict)):
        yield Finding(place, "Records cannot be shared out between areas, only counts can.", 'Say "unplaced".')
    for code, shares in splits.items() if isinstance(splits, dict) else ():
        if abs(sum(shares.values()) - 1) > 1e-6 or min(shares.values(), default=0) < 0:
            yield Finding((*place, code), f"The shares of {code} do not add to 1.", "Give each part its share of 1.")


def repeated(names: Iterable[str]) -> list[str]:
    """Return the names that occur more than once."""
    return [name for name, count in Counter(names).items() if count > 1]


SHAPES = ("geojson", "topojson", "gpkg", "shapefile")
"""Formats that hold borders, and a table of attributes beside them."""
_TEXT = ("csv", "tsv")
_BOOKS = ("xlsx", "xls", "ods")
BY_LINE = "utf-8+cp1252"
"""The encoding of a file put together from parts in two encodings: each line is read as the one or the other."""


def _file(at: Place, source: Source) -> Iterator[Finding]:
    if source.kind == "boundaries" and source.format not in SHAPES:
        yield Finding((*at, "format"), f"A source of kind boundaries cannot have the format {source.format}.",
                      f"Boundaries are one of: {', '.join(SHAPES)}.")  # fmt: skip
    if source.separator is not None and len(source.separator) != 1:
        yield Finding((*at, "separator"), "The separator must be one character.", 'For example "," or ";".')
    try:
        "".encode("utf-8" if source.encoding in (None, BY_LINE) else source.encoding)
    except (LookupError, UnicodeError):
        hint = nearest(
            source.encoding or "", ("utf-8", "cp1252", "latin-1", "utf-16", "iso-8859-15", "cp437", "mac-roman")
        )
        yield Finding((*at, "encoding"), f'There is no encoding "{source.encoding}".', hint or "Usual: utf-8, cp1252.")
    zipped = (source.path or urlsplit(source.url or "").path).lower().endswith(".zip")
    if source.member is not None and not zipped and source.format not in ("rda", "json", "topojson", "gpkg"):
        yield Finding((*at, "member"), f"A file of format {source.format} has no members.", "Remove the key.")
    yield from _misplaced(at, source)
    if source.url is not None:
        parts = urlsplit(source.url)
        if parts.username or parts.password:
            yield Finding(
                (*at, "url"), "The address carries a user name or password.", "Only public addresses; remove it."
            )
        if ".." in PurePosixPath(unquote(parts.path)).parts or "\\" in unquote(parts.path) or not parts.hostname:
            yield Finding(
                (*at, "url"), "The address is not a plain one.", "Give host and path, without '..' or backslash."
            )


def _misplaced(at: Place, source: Source) -> Iterator[Finding]:
    """Yield a finding for every way of reading that another format has."""
    for field, formats in (
        ("encoding", (*_TEXT, "shapefile")),
        ("separator", _TEXT),
        ("sheet", _BOOKS),
        ("header_row", (*_TEXT, *_BOOKS)),
        ("skip_rows", (*_TEXT, *_BOOKS)),
        ("layer", ("rda", "json", "topojson", "gpkg")),
        ("crs", SHAPES),
    ):
        if getattr(source, field) and field in source.model_fields_set and source.format not in formats:
            hint = f"It belongs to: {', '.join(formats)}. Remove the key."
            yield Finding((*at, field), f'"{field}" means nothing in the format {source.format}.', hint)
    if list(source.header_row) != sorted(set(source.header_row)):
        yield Finding((*at, "header_row"), "The rows of the heading must rise.", "For instance [3, 4].")
    if set(source.skip_rows) & set(source.header_row):
        yield Finding((*at, "skip_rows"), "A row of the heading is also to be skipped.", "Keep it in one of them.")


def _rules(at: Place, rules: Column, source: Source) -> Iterator[Finding]:
    if rules.pattern is not None and (problem := pattern_problem(rules.pattern)):
        yield Finding((*at, "pattern"), problem, "Write it with letters, classes, brackets and counts only.")
    if rules.minimum is not None and rules.maximum is not None and rules.minimum > rules.maximum:
        yield Finding((*at, "minimum"), "The minimum is above the maximum.")
    if rules.not_before and rules.not_after and rules.not_before > rules.not_after:
        yield Finding((*at, "not_before"), "The first possible date is after the last.")
    for value in repeated(rules.allowed or ()):
        yield Finding((*at, "allowed"), f'"{value}" is listed twice.')
    if rules.applicable_when is not None:
        place = (*at, "applicable_when")
        yield from unknown_column((*place, "column"), rules.applicable_when.column, source)
        yield from values_allowed((*place, "is_in"), rules.applicable_when, source)


def _edits(at: Place, source: Source) -> Iterator[Finding]:
    for edit_id in repeated(edit.id for edit in source.edits):
        yield Finding((*at, "edits"), f'The edit "{edit_id}" is given twice.', "Give each its own id.")
    for index, edit in enumerate(source.edits):
        place = (*at, "edits", index)
        yield from unknown_column((*place, "left"), edit.left, source)
        yield from unknown_column((*place, "right"), edit.right, source)
        yield from _comparable(place, edit, source)
        if edit.when is not None:
            yield from unknown_column((*place, "when", "column"), edit.when.column, source)
            yield from values_allowed((*place, "when", "is_in"), edit.when, source)


def _comparable(place: Place, edit: Edit, source: Source) -> Iterator[Finding]:
    sides = [source.columns.get(name) for name in (edit.left, edit.right) if name is not None]
    kinds = {"number" if side.type in ("integer", "number") else side.type for side in sides if side is not None}
    if kinds == {"number", "date"} or (len(kinds) == 2 and "text" not in kinds and "category" not in kinds):
        yield Finding(
            place, f"The two columns cannot be compared ({' and '.join(sorted(kinds))}).", "Compare like with like."
        )


def _derivations(at: Place, source: Source, project: Project, slug: str) -> Iterator[Finding]:
    known = [name for name in known_columns(source) if name not in source.derive]
    for name, derivation in source.derive.items():
        place = (*at, "derive", name)
        if name in source.columns or name.startswith("__"):
            problem = (
                "is the name of a column of the file"
                if name in source.columns
                else "is a name the casebook keeps for itself"
            )
            yield Finding(place, f'"{name}" {problem}.', "Give the derived column a name of its own.")
        if derivation.column not in known:
            hint = nearest(derivation.column, known) or "Derive it above this one, or describe it under columns."
            yield Finding((*place, "column"), f'There is no column "{derivation.column}" to derive from.', hint)
        rules = source.columns.get(derivation.column)
        if isinstance(derivation, Bands) and (
            derivation.column in source.derive or (rules and rules.type not in ("integer", "number"))
        ):
            yield Finding(
                (*place, "column"),
                f'"{derivation.column}" is not a column of numbers.',
                "Set its type to integer or number.",
            )
        if isinstance(derivation, Recode):
            yield from beside(project, slug, (*place, "file"), derivation.file)
        if isinstance(derivation, AreaOf):
            if derivation.names is not None and derivation.names not in known:
                hint = nearest(derivation.names, known) or "Describe it under columns."
                yield Finding((*place, "names"), f'There is no column "{derivation.names}" of names.', hint)
            yield from beside(project, slug, (*place, "confirmed"), derivation.confirmed)
            yield from shared_out((*place, "splits"), derivation.splits, source)
        known.append(name)
