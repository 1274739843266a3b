"""Labels: one thing written in two ways, labels without a place in a recode, headings that contradict titles."""

from __future__ import annotations

import difflib
import functools
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from shared.measures.tables.view import (
    SMALL,
    Table,
    TableFinding,
    listed,
    number,
    part,
    people,
    share_of,
)  # fmt: skip
from shared.sources.geography.tables import register

ALIKE = 0.85
"""Two labels are looked at from this likeness on (difflib's ratio of the labels without case and punctuation)."""
ALIKE_WORD = 0.7
SHORTEST = 5
FEW_LABELS = 4
"""Two columns with as many labels and none in common speak of different things."""
_LIST = re.compile(r"[^,&]+(, [^,&]+)+ & [^,&]+")
_BARE_LIST = re.compile(r"[^,&]+(, [^,&]+){2,}")
_BARE = re.compile(r"[\W_]+")
_APOSTROPHE = re.compile(r"['’`]")


def label_variants(tables: Sequence[Table]) -> Iterator[TableFinding]:
    """Yield pairs of columns in which labels are nearly alike, so perhaps one thing written in two ways.

    Two labels that stand together in one column of any source are two things and are passed over. One finding for
    each pair of column names, with the labels.
    """
    where: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))  # label -> column -> sources
    together: set[frozenset[str]] = set()
    columns = [(t, name, list(counts.index)) for t in tables for name, counts in t.margins.items()]
    for table, name, labels in columns:
        for label in labels:
            where[label][name].append(table.source_id)
    own = {label for table, _, labels in columns if table.source.kind == "table" for label in labels}
    pairs = _alike(sorted(own), sorted(where))
    wanted = {label for pair in pairs for label in pair}
    raw = [list(t.apart[name].dropna().unique()) for t in tables for name in t.apart.columns if name != "__count__"]
    for labels in [*(labels for _, _, labels in columns), *raw]:
        held = [label for label in labels if label in wanted]
        together |= {frozenset((a, b)) for a in held for b in held if a != b}

    held_in: dict[str, set[str]] = defaultdict(set)
    for _, name, labels in columns:
        held_in[name] |= set(labels)
    found: dict[tuple[str, str, str], list[tuple[str, str]]] = defaultdict(list)
    for one, other in pairs:
        if frozenset((one, other)) not in together:
            first, second = sorted((min(where[one]), min(where[other])))
            apart = min(len(held_in[first]), len(held_in[second])) >= FEW_LABELS
            if _two_things(one, other):
                continue
            if first != second and apart and not held_in[first] & held_in[second]:
                continue  # columns without a label in common speak of different things
            pair = (one, other) if first in where[one] else (other, one)
            found[(first, second, _how(one, other))].append(pair)
    for (first, second, how), labels in found.items():
        sources = sorted({s for pair in labels for label in pair for ids in where[label].values() for s in ids})
        shown = listed([f"“{a}” and “{b}”" for a, b in labels], 4)
        named = f"the columns “{first}” and “{second}”" if first != second else f"the column “{first}”"
        yield TableFinding(
            "label-variants",
            tuple(sources),
            tuple(sorted({day for t in tables if t.source_id in sources for day in t.when})),
            f"In {named} of different tables there "
            f"{'is one pair' if len(labels) == 1 else f'are {number(len(labels))} pairs'} of labels that may mean the "
            f"same, {how}: {shown}.",
        )


def lists_in_two_styles(tables: Sequence[Table]) -> Iterator[TableFinding]:
    """Yield columns whose labels name several things in one style (a, b & c), but for a few in another (a, b, c)."""
    held: dict[str, dict[str, list[Table]]] = defaultdict(lambda: defaultdict(list))
    for table in tables:
        for name in table.margins:
            for label in table.margins[name].index:
                held[name][str(label)].append(table)
    for name, labels in held.items():
        usual = [label for label in labels if _LIST.fullmatch(label)]
        odd = sorted(label for label in labels if _BARE_LIST.fullmatch(label))
        if len(usual) >= FEW_LABELS and odd and len(odd) < len(usual):
            of = {t.source_id: t for label in odd for t in labels[label]}
            yield TableFinding(
                "label-variants",
                tuple(of),
                tuple(sorted({day for t in of.values() for day in t.when})),
                f"{number(len(usual)).capitalize()} labels of “{next(iter(of.values())).called(name)}” name several "
                f"things with “&” before the last, {number(len(odd))} without: {listed([f'“{n}”' for n in odd], 3)}.",
                len(odd) / len(usual),
            )


def _two_things(one: str, other: str) -> bool:
    """Tell whether both labels are well-known names, of different countries or places (Australian, Austrian)."""
    known = _known_names()
    first, second = known.get(one.strip()), known.get(other.strip())
    return first is not None and second is not None and not first & second


@functools.cache
def _known_names() -> dict[str, frozenset[str]]:
    """Name -> codes, for countries, nationalities and British areas."""
    found: dict[str, frozenset[str]] = {}
    for name in ("iso2", "gb"):
        known = register(name)
        pairs = [(area.name, (area.code,)) for area in known.areas]
        for label, codes in [*pairs, *((alias.name, alias.codes) for alias in known.aliases)]:
            found[label] = found.get(label, frozenset()) | frozenset(codes)
    return found


def not_placed(tables: Sequence[Table]) -> Iterator[TableFinding]:
    """Yield tables of the organisation with labels that a declared recode gives no place, with their counts."""
    for table in tables:
        if table.source.kind != "table":
            continue
        left: dict[str, list[str]] = defaultdict(list)
        for name, (column, places) in table.placed.items():
            counts = table.margins.get(column, table.cells)
            for label in counts.index:
                if label not in places:
                    left[label].append(name)
        counts = next(iter(table.margins.values()))
        shown = [label for label in left if counts.get(label, 0) >= SMALL]
        if shown:
            held = float(sum(counts[label] for label in shown))
            yield TableFinding(
                "not-placed",
                (table.source_id,),
                table.when,
                f"“{table.source.title}” has {number(len(shown))} {'label' if len(shown) == 1 else 'labels'} without a "
                f"counterpart in what it is compared with: {listed([f'{n} ({people(counts[n])})' for n in shown])}, "
                f"{share_of(held, table.total)} of the table.",
                held / table.total,
                tuple(part(label, counts[label]) for label in shown),
            )


def spaces_in_labels(tables: Sequence[Table]) -> Iterator[TableFinding]:
    """Yield tables with labels that begin or end with a space, or hold two in a row: nobody sees them, joins do."""
    for table in tables:
        for name in table.apart.columns.drop("__count__", errors="ignore"):
            labels = table.apart[name].dropna().drop_duplicates()
            odd = sorted(labels[labels != labels.str.split().str.join(" ")])
            if odd:
                yield TableFinding(
                    "spaces-in-labels",
                    (table.source_id,),
                    table.when,
                    f"In “{table.source.title}”, {number(len(odd))} of {number(len(labels))} labels of "
                    f"“{table.called(str(name))}” {'has' if len(odd) == 1 else 'have'} a space too many: "
                    f"{listed([f'“{label}”' for label in odd], 3)}. What is joined by such a label finds no partner.",
                    len(odd) / len(labels),
                )


def title_contradicted(tables: Sequence[Table]) -> Iterator[TableFinding]:
    """Yield tables whose title names the column of another table and not their own (by nationality; Country)."""
    known = {name for table in tables if table.source.kind == "table" for name in table.margins}
    for table in tables:
        title = _words(table.name)
        own = {word for name in table.margins for word in _words(name)}
        if table.source.kind != "table" or own & title:
            continue
        claimed = sorted(name for name in known - set(table.margins) if _words(name) <= title)
        if claimed:
            yield TableFinding(
                "title-contradicted",
                (table.source_id,),
                table.when,
                f"“{table.source.title}” says {listed([f'“{n}”' for n in claimed])}, and its column is "
                f"{listed([f'“{n}”' for n in table.margins])}.",
            )


def _words(text: str) -> set[str]:
    return {word for word in _BARE.split(text.casefold()) if word not in ("", "of", "by", "and", "the", "in", "people")}


def _how(one: str, other: str) -> str:
    if _bare(one) == _bare(other):
        return "written with other capitals or punctuation"
    return "a letter or two apart" if len(one) == len(other) else "nearly alike"


def _bare(label: str) -> str:
    return _BARE.sub(" ", _APOSTROPHE.sub("", label.casefold()).replace("&", " and ")).strip()


def _alike(own: Sequence[str], others: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs (own label, other label) that differ as written and are nearly alike; each pair once."""
    bare = {label: _bare(label) for label in {*own, *others}}
    pairs: dict[frozenset[str], tuple[str, str]] = {}
    for other in others:
        for label in own:
            if (
                label != other
                and min(len(bare[label]), len(bare[other])) >= SHORTEST
                and _near(bare[label], bare[other])
            ):
                pairs.setdefault(frozenset((label, other)), (label, other))
    return sorted(pairs.values())


def _near(one: str, other: str) -> bool:
    """Tell whether two bare labels are alike: as a whole, word by word, and in every digit (18-29 is not 18-24)."""
    words, others = one.split(), other.split()
    if len(words) != len(others) or re.sub(r"\D", "", one) != re.sub(r"\D", "", other):
        return False
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE or matcher.ratio() < ALIKE:
        return False
    by_word = (difflib.SequenceMatcher(None, a, b, autojunk=False).ratio() for a, b in zip(words, others, strict=True))
    return min(by_word) >= ALIKE_WORD
