"""A profile as text for a terminal of 100 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from shared.errors import printable
from shared.sources.profile.facts import FEWEST, ColumnProfile, FileProfile, said, share_said

WIDTH = 100
_NAME, _TYPE, _EMPTY, _DIFFERENT = 44, 10, 14, 14


def profile_text(profile: FileProfile) -> str:
    """Return the whole profile, lines of at most 100 signs."""
    return "\n".join(map(printable, _lines(profile))) + "\n"


def _lines(profile: FileProfile) -> Iterator[str]:
    yield from _fold("File", f"{profile.shown} · {_read(profile)} · {profile.size:,} bytes")
    yield from _fold("SHA-256", profile.sha256)
    rows = said(profile.rows)
    beyond = f", of which the first {len(profile.columns):,} are looked at" if profile.skipped else ""
    yield from _fold("Size", f"{rows} rows, {len(profile.columns) + profile.skipped:,} columns{beyond}")
    kind = "counts of an aggregate table" if profile.kind == "table" else "records, one row each"
    yield from _fold("Kind", f"looks like {kind}")
    keys = "; ".join(" + ".join(key) for key in profile.keys)
    yield from _fold("Key", keys or "no column, and no two or three together, tell all rows apart")
    if profile.repeated:
        yield from _fold("Repeated", f"{said(profile.repeated)} rows are equal to one before in every column")
    if profile.nameless:
        yield from _fold("Heading", "the first row looks like data, so no name is shown: is the heading missing?")
    for note in profile.notes:
        yield from _fold("Note", note)
    yield ""
    yield f"{'column':<{_NAME}}{'type':<{_TYPE}}{'empty':<{_EMPTY}}{'different':<{_DIFFERENT}}likely role"
    yield "-" * WIDTH
    for column in profile.columns:
        yield from _column(column)
    yield from _sections(profile)


def _column(one: ColumnProfile) -> Iterator[str]:
    empty = share_said(one.total - one.filled, one.total) if one.total >= 10 else ""
    different = "all" if one.is_key else f"{one.different:,}"
    name = one.name if len(one.name) < _NAME else f"{one.name[: _NAME - 2]}…"
    row = f"{name:<{_NAME}}{one.type:<{_TYPE}}{empty:<{_EMPTY}}{different:<{_DIFFERENT}}{one.role}"
    yield row.rstrip()
    for text in _about(one):
        yield from textwrap.wrap(text, WIDTH, initial_indent="    ", subsequent_indent="    ")


def _about(one: ColumnProfile) -> Iterator[str]:
    if len(one.name) >= _NAME:
        yield one.name
    if one.written:
        yield f"Written {one.written}."
    if one.codes:
        yield "Codes for no answer: " + ", ".join(f'"{code}" ({_about_said(count)})' for code, count in one.codes) + "."
    if one.shape:
        yield f"Shape: {one.shape} (A letter, 9 digit)."
    if one.middle:
        yield f"The middle four fifths lie between {one.middle[0]} and {one.middle[1]}."
    if one.categories:
        yield "Groups: " + ", ".join(f"{value} (about {count:,})" for value, count in one.categories) + "."
    yield from one.notes


def _about_said(count: int) -> str:
    return said(count) if count < FEWEST else f"about {count:,}"


def _sections(profile: FileProfile) -> Iterator[str]:
    personal = [(one.name, "; ".join(one.personal)) for one in profile.columns if one.personal]
    if personal:
        yield from ("", "Personal data: ask whether it is needed, and that it be left out where it is not")
        for name, kinds in personal:
            yield from textwrap.wrap(f"{name}: {kinds}", WIDTH, initial_indent="  ", subsequent_indent="      ")
    areas = [one for one in profile.columns if one.areas]
    if areas:
        yield from ("", "Area codes")
        for one in areas:
            text = f"{one.name}: {' '.join(one.areas)}"
            yield from textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="      ")
    if profile.paradata:
        yield from ("", "What the survey tool recorded by itself")
        for text in profile.paradata.sentences():
            yield from textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="      ")
    if profile.form:
        form = profile.form
        yield from ("", f"The form: {form.matched} of {form.questions} questions are in the file")
        for text in form.notes:
            yield from textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="      ")


def _read(profile: FileProfile) -> str:
    parts = [f"{key} {value}" for key, value in profile.reading.items() if key != "format"]
    return ", ".join([str(profile.reading["format"]), *parts])


def _fold(label: str, text: str) -> Iterator[str]:
    lines = textwrap.wrap(text, WIDTH - 10) or [""]
    yield f"{label:<10}{lines[0]}"
    yield from (f"{'':<10}{line}" for line in lines[1:])
