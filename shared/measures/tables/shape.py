"""How a table is made: labels that stand twice, name two things, hold a part beside its whole, or are out of order."""

from __future__ import annotations

import calendar
import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

import pandas as pd

from shared.measures.tables.view import SMALL, Table, TableFinding, listed, number, part, people, releases, share_of

_AND = re.compile(r",\s+(?:and\s+)?|\s*&\s*|\s+and\s+|\s+\+\s+|\s+/\s+")
_BELOW = re.compile(r"^(.+?)\s+[-–:]\s+(.+)$")
_STARTS = re.compile(r"(less than|under|below|fewer than|up to|more than|over|above)?\s*(\d+)", re.IGNORECASE)
_DAMAGED = re.compile(r"\ufffd|ï¿½|Ã[\u0080-\u00bf]|â€[\u0080-\u00bf™œž“”˜¢¦]|Â[\u00a0-\u00bf]")
_MONTHS = "|".join((*calendar.month_name[1:], *calendar.month_abbr[1:]))
_PERIOD = re.compile(rf"\b(19|20)\d\d\b|\b({_MONTHS})\W*\d\d\b|\bQ[1-4]\b", re.IGNORECASE)


def label_twice(tables: Sequence[Table]) -> Iterator[TableFinding]:
    """Yield tables in which several rows carry the same labels, so that a group is there twice."""
    for table in tables:
        keys = [name for name in table.apart.columns if name != "__count__"]
        if table.source.kind != "table" or table.source.long is not None or not keys:
            continue
        again = table.apart.duplicated(keys, keep=False)
        if again.any():
            rows = table.apart.loc[again]
            labels = rows[keys].astype("str").agg(", ".join, axis=1)
            same = bool(rows.duplicated([*keys, "__count__"], keep=False).all())
            how = "with the same count each time" if same else "with different counts"
            large = list(dict.fromkeys(labels[rows["__count__"] >= SMALL]))  # a rare label is about its people
            named = f": {listed(large, 4)}" if large else ""
            yield TableFinding(
                "label-twice",
                (table.source_id,),
                table.when,
                f"In “{table.source.title}”, {number(len(rows))} rows share {number(labels.nunique())} "
                f"{'label' if labels.nunique() == 1 else 'labels'}, {how}{named}. Added up, they count twice.",
                len(rows) / len(table.apart),
            )


def combination_without_row(tables: Sequence[Table]) -> Iterator[TableFinding]:
    """Yield tables by several characteristics in which not every combination has a row, and how noughts are written."""
    groups: dict[str, list[Table]] = defaultdict(list)
    for table in tables:
        if table.source.kind == "table" and table.complete and len(table.margins) > 1:
            groups[table.source.series or table.source_id].append(table)
    for found in groups.values():
        sizes = [(t, math.prod(len(counts) for counts in t.margins.values())) for t in found]
        short = [(t, whole) for t, whole in sizes if len(t.cells) < whole]
        if not short:
            continue
        rows, whole = sum(len(t.cells) for t, _ in short), sum(size for _, size in short)
        noughts = sum(int((t.cells == 0).sum()) for t, _ in short)
        which = f"“{short[0][0].source.title}” has" if len(short) == 1 else (
            f"The {number(len(short))} tables “{short[0][0].name}” have"
        )  # fmt: skip
        means = (
            f"while {number(noughts)} rows say 0: nobody is written in two ways"
            if noughts
            else "and no row says 0: an absent row may mean none, or left out"
        )
        yield TableFinding(
            "combination-without-row",
            tuple(t.source_id for t, _ in short),
            tuple(day for t, _ in short for day in t.when),
            f"{which} a row for {number(rows)} of the {number(whole)} combinations of groups; "
            f"{number(whole - rows)} have none, {means}.",
            (whole - rows) / whole,
        )


def labels_combined(tables: Sequence[Table]) -> Iterator[TableFinding]:
    """Yield columns with labels that name two or more of the other labels at once: Labour & Criminal, Greek UK."""
    known: dict[str, set[str]] = defaultdict(set)
    for table in tables:
        for name, counts in table.margins.items():
            known[name] |= {str(label).strip().casefold() for label in counts.index}
    done: dict[tuple[str, str], list[Table]] = defaultdict(list)
    for table in tables:
        for name in table.margins:
            rules = table.source.columns.get(name)
            if table.source.kind == "table" and rules is not None and rules.role == "group":
                done[table.source.series or table.source_id, name].append(table)
    for (_, name), found in done.items():
        counts = pd.concat([t.margins[name] for t in found]).groupby(level=0).sum()
        named = {str(label): _named(str(label), known[name]) for label in counts.index}
        joined = {label: parts for label, parts in named.items() if len(parts) > 1}
        if not joined:
            continue
        held, total = float(counts[list(joined)].sum()), float(counts.sum())
        per: dict[str, float] = defaultdict(float)
        for label, parts in joined.items():
            for one in parts:
                per[one] += float(counts[label])
        alone = {str(label).casefold(): (str(label), float(n)) for label, n in counts.items()}
        worst = max((one for one in per if one in alone), key=lambda one: (per[one], one), default=None)
        more = ""
        if worst is not None and per[worst] >= SMALL and alone[worst][1] >= SMALL:
            label, single = alone[worst]
            more = (
                f" “{label}” alone has {people(single)}; {people(per[worst])} more are under labels that name it too."
            )
        which = (
            f"“{found[0].source.title}”" if len(found) == 1 else f"the {number(len(found))} tables “{found[0].name}”"
        )
        large = [f"“{label}”" for label in sorted(joined) if counts[label] >= SMALL]  # a rare label is about its people
        shown = f" ({listed(large, 3)})" if large else ""
        yield TableFinding(
            "labels-combined",
            tuple(t.source_id for t in found),
            tuple(day for t in found for day in t.when),
            f"In {which}, {number(len(joined))} of {number(len(named))} labels of “{found[0].called(name)}” name two "
            f"or more things at once{shown}, with {people(held)} of "
            f"{people(total)} {found[0].unit} ({share_of(held, total)}).{more}",
            held / total if total else None,
            (part("under labels that name several things", held),),
        )


def _named(label: str, known: set[str]) -> tuple[str, ...]:
    """The things a label names: parts with a sign between them of which one is a label too, or two labels in a row."""
    parts = [p.casefold() for p in _AND.split(label.strip()) if p]
    if len(parts) > 1:
        return tuple(parts) if any(p in known for p in parts) else ()
    words = label.strip().casefold().split()
    for cut in range(1, len(words)):
        first, second = " ".join(words[:cut]), " ".join(words[cut:])
        if first in known and (second in known or second in ("uk", "unknown")):
            return (first, second)
    return ()


def part_beside_whole(tables: Sequence[Table]) -> Iterator[TableFinding]:
    """Yield columns in which a heading and parts of it are separate rows (Health, and Health - advice)."""
    for table in tables:
        if table.source.kind != "table":
            continue
        for name, counts in table.margins.items():
            labels = {str(label).strip().casefold(): str(label) for label in counts.index}
            parts: dict[str, list[str]] = defaultdict(list)
            for label in counts.index:
                above = _BELOW.match(str(label))
                if above is not None and above[1].casefold() in labels:
                    parts[labels[above[1].casefold()]].append(str(label))
            if not parts:
                continue
            below = [label for found in parts.values() for label in found]
            shown = [f"“{whole}” beside {listed([f'“{p}”' for p in found], 2)}" for whole, found in parts.items()]
            yield TableFinding(
                "part-beside-whole",
                (table.source_id,),
                table.when,
                f"In “{table.source.title}”, {number(len(parts))} of {number(len(counts))} labels of "
                f"“{table.called(name)}” stand beside {number(len(below))} that name a part of them "
                f"({listed(shown, 3)}), with {people(counts[below].sum())} against {people(counts[list(parts)].sum())} "
                f"{table.unit}. Whether the first include the second is not said.",
                len(below) / len(counts),
            )


def bands_out_of_order(tables: Sequence[Table]) -> Iterator[TableFinding]:
    """Yield columns of bands (of age, of length) whose rows stand as texts are sorted and not by size."""
    for table in tables:
        for name, counts in table.margins.items():
            labels = [str(label) for label in counts.index]
            starts = [_start(label) for label in labels]
            known = [start for start in starts if start is not None]
            if table.source.kind != "table" or len(labels) < 3 or len(known) < len(labels):
                continue
            if known != sorted(known) and labels == sorted(labels):
                yield TableFinding(
                    "bands-out-of-order",
                    (table.source_id,),
                    table.when,
                    f"“{table.source.title}” lists the {number(len(labels))} bands of “{table.called(name)}” as texts "
                    f"are sorted and not by size: {listed([f'“{n}”' for n in labels], len(labels))}.",
                )


def _start(label: str) -> float | None:
    found = _STARTS.match(label.strip())
    if found is None:
        return None
    word, size = (found[1] or "").casefold(), float(found[2])
    if word in ("less than", "under", "below", "fewer than", "up to"):
        return -1.0
    return size + 0.5 if word else size


def header_of_period(tables: Sequence[Table]) -> Iterator[TableFinding]:
    """Yield series of dated tables that say nowhere inside which period they cover; one finding for each case study."""
    dated = [t for t in tables if t.source.kind == "table" and t.when and t.source.series in releases(tables)]
    silent = [t for t in dated if not _says_period(t)]
    if not silent:
        return
    names = {t.source_id: _file_name(t) for t in silent}
    unnamed = [t for t in silent if not _PERIOD.search(names[t.source_id].replace("_", " "))]
    shown = listed(sorted({names[t.source_id] for t in unnamed}), 3)
    more = f" Of {number(len(unnamed))} not even the file's name says it ({shown})." if unnamed else ""
    yield TableFinding(
        "period-not-inside",
        tuple(t.source_id for t in silent),
        tuple(sorted({day for t in silent for day in t.when})),
        f"{number(len(silent)).capitalize()} of {number(len(dated))} tables that are published again and again do not "
        f"say, in a heading or a value, which period they cover: their dates are taken from where the files lie.{more}",
        len(silent) / len(dated),
    )


def _says_period(table: Table) -> bool:
    labels = (str(label) for counts in table.margins.values() if len(counts) < 100 for label in counts.index)
    return any(_PERIOD.search(text) for text in (*table.header, *labels))


def _file_name(table: Table) -> str:
    return (
        table.source.member or PurePosixPath(unquote(urlsplit(table.source.url or table.source.path or "").path)).name
    )


def reference_without_number(tables: Sequence[Table]) -> Iterator[TableFinding]:
    """Yield areas of the organisation's tables that a reference lists without a number."""
    ours = [
        (table, table.apart.groupby(name)["__count__"].sum())
        for table in tables
        for name, rules in table.source.columns.items()
        if table.source.kind == "table" and rules.role == "area" and name in table.apart
    ]
    for table in tables:
        for name, rules in table.source.columns.items():
            if table.source.kind != "reference" or rules.role != "area" or name not in table.apart:
                continue
            blank = set(table.apart.loc[table.apart["__count__"].isna(), name].dropna().astype("str")) - {"nan", ""}
            without = sorted(blank & {str(code) for _, counts in ours for code in counts.index})
            if without:
                held = [(float(counts[counts.index.isin(without)].sum()), t) for t, counts in ours]
                most, worst = max(((n / t.total, t) for n, t in held if t.total), key=lambda pair: pair[0])
                yield TableFinding(
                    "reference-without-number",
                    (table.source_id,),
                    table.when,
                    f"“{table.source.title}” has no number for {number(len(without))} "
                    f"{'area' if len(without) == 1 else 'areas'} of the organisation's tables: {listed(without, 7)}. "
                    f"In “{worst.source.title}” they hold {people(most * worst.total)} of {people(worst.total)} "
                    f"{worst.unit} ({share_of(most * worst.total, worst.total)}) and cannot be compared as they stand.",
                    most,
                )


def characters_lost(frames: Mapping[str, pd.DataFrame], titles: Mapping[str, str]) -> Iterator[TableFinding]:
    """Yield files with texts whose letters were lost between two encodings (MÃ´n, Mï¿½n), in any column."""
    for source_id, frame in frames.items():
        found = {}
        for name in frame.columns:
            if pd.api.types.is_string_dtype(frame[name]) or frame[name].dtype == object:
                values = pd.Series(frame[name].dropna().unique(), dtype="str")
                bad = set(values[values.str.contains(_DAMAGED, na=False)])
                if bad:
                    found[str(name)] = int(frame[name].isin(bad).sum())
        if found:
            yield TableFinding(
                "characters-lost",
                (source_id,),
                (),
                f"In “{titles[source_id]}”, letters were lost between two encodings in {number(sum(found.values()))} "
                f"{'cell' if sum(found.values()) == 1 else 'cells'} of {listed([f'“{name}”' for name in found], 4)}.",
                sum(found.values()) / len(frame),
            )
