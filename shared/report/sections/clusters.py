"""Whether areas with many of something lie beside others with many: Moran's I, and a map of clusters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from shared.errors import DataError, ProtectionError, nearest
from shared.maps.boundaries import Boundaries
from shared.maps.clusters import cluster_map
from shared.maps.declared import declared_boundaries
from shared.maps.shipped import unshipped
from shared.measures.spatial import FEWEST, Association, Kind, spatial_association
from shared.measures.spatial_neighbours import Islands, Neighbours, neighbours
from shared.protect import NOT_RECORDED, Column, SafeTable, compare, public_table, regroup
from shared.protect.table import NOT_AVAILABLE, SHOWN
from shared.report.blocks import Prose, Section, literal
from shared.report.figure import Figure
from shared.report.words import listing

if TYPE_CHECKING:
    from shared.report.study import Study

WORDS = {
    Kind.HIGH_HIGH: "Many, beside many",
    Kind.HIGH_LOW: "Many, beside few",
    Kind.LOW_HIGH: "Few, beside many",
    Kind.LOW_LOW: "Few, beside few",
    Kind.CHANCE: "Could be chance",
    Kind.UNTESTED: "Not tested",
}


def clusters(
    study: Study, source: str, *, by: str, reference: str, reference_count: str, title: str, counted: str,
    boundaries: str = "", reference_by: str = "", people: str = "residents", per: int = 1000,
    inset: Mapping[str, str] | None = None, islands: Islands = "nearest", ranked: bool = False, permutations: int = 9999, level: float = 0.05,
) -> Section:  # fmt: skip
    """Say whether counts a head cluster in space, and where; see ``Study.clusters``."""
    column = _column(study, reference, reference_by or by)
    borders = _borders(study, boundaries, column)
    table = _per_head(study, source, by, reference, reference_by or by, reference_count, title, borders)
    known = table.frame.dropna(subset=["count", "reference_count"])
    known = known[known["reference_count"] > 0].set_index(known.columns[0])
    beside = neighbours({str(c): shape for c, shape in borders.geometry.items()}, islands=islands)
    counts = {str(c): float(n) for c, n in known["count"].items() if c in beside.beside}
    heads = {str(c): float(n) for c, n in known["reference_count"].items() if c in beside.beside}
    tested = sum(bool(others) for others in beside.among(counts).beside.values())
    if tested < FEWEST or len({counts[c] / heads[c] for c in counts}) < 2:
        return Section([Prose(f"Too few areas have a figure to show ({tested}) for anything to be said of clusters.")])
    found = spatial_association(
        counts,
        beside,
        population=heads,
        ranked=ranked,
        permutations=permutations,
        seed=study.settings.seed,
        level=level,
    )
    rates = {c: n / heads[c] * per for c, n in counts.items()}
    rate = f"{counted.capitalize()} per {per:,} {people}"
    shown = _table(study, table, borders, rates, beside.among(counts), found, title, rate)
    description = f"Map of {len(borders.names)} areas. {_pattern(found, counted)} {_counted(found)}"
    name, start = next(iter((inset or {}).items()), ("", ""))
    enlarged = [c for c in borders.names if start and c.startswith(start)]
    figure = Figure(
        cluster_map(shown, borders, description=description.replace("*", ""), inset=enlarged, inset_name=name), shown,
        literal(title),
        f"{rate}, each area compared with the areas beside it", _note(found, beside, borders, people, ranked, borders.unplaced(table.frame.iloc[:, 0])),
    )  # fmt: skip
    return Section([Prose(_pattern(found, counted) + " " + _places(found, borders)), figure])


def _column(study: Study, reference: str, by: str) -> pd.Series[str]:
    frame = study.frame(reference)
    if by not in frame.columns:
        hint = nearest(by, [str(c) for c in frame.columns]) or "Name the column of area codes as reference_by."
        raise ProtectionError(f'Source "{reference}" has no column "{by}".', hint=hint)
    return frame[by].dropna().astype("str")


def _borders(study: Study, name: str, codes: pd.Series[str]) -> Boundaries:
    area = study.case.area
    wanted = name or (area.boundaries if area is not None else None) or ""
    declared = [key for key, source in study.case.sources.items() if source.kind == "boundaries"]
    if wanted not in declared:
        hint = nearest(wanted, declared) or unshipped(area.system if area is not None else "")
        raise DataError(f'There are no boundaries "{wanted}" for a map of clusters.', hint=hint)
    return declared_boundaries(study.project, wanted, study.case.sources[wanted], only=codes)


def _per_head(
    study: Study, source: str, by: str, reference: str, reference_by: str, reference_count: str, title: str,
    borders: Boundaries,
) -> SafeTable:  # fmt: skip
    """Return the protected counts beside the people of each shape of the map."""
    count = next((n for n, c in study.case.sources[source].columns.items() if c.role == "count"), None)
    frame = study.frame(reference)
    if reference_count not in frame.columns:
        raise ProtectionError(f'Source "{reference}" has no column "{reference_count}".')
    totals = frame[frame[reference_by].notna()].groupby(reference_by)[reference_count].sum()
    codes = tuple(str(code) for code in totals.index)
    if not set(codes) & (set(borders.names) | set(borders.shape_of)):
        hint = "Name columns that hold area codes of the year of the boundaries (derive with give: code)."
        raise DataError(f'No value of "{reference_by}" in {reference} is an area of the boundaries.', hint=hint)
    published = public_table(
        pd.DataFrame({"area": codes, "people": [int(n) for n in totals]}), title=title,
        source_line=study.source_line(reference), roles={"area": "group", "people": "count"},
    )  # fmt: skip
    ours = study.table(source, by, title=title, count=count, groups={by: codes})
    ours, published = regroup(ours, borders.shape_of), regroup(published, borders.shape_of)
    both = compare(ours, published, title=title, source_line=study.source_line(source, reference))
    return both.where(both.columns[0].name, [a for a in both.frame.iloc[:, 0] if a != NOT_RECORDED])


def _table(
    study: Study, table: SafeTable, borders: Boundaries, rates: dict[str, float], beside: Neighbours,
    found: Association, title: str, rate: str,
) -> SafeTable:  # fmt: skip
    """One row an area; everything in it is worked out from the protected counts and published figures."""
    frame = table.frame
    rows = []
    for code, status in zip(frame.iloc[:, 0].astype("str"), frame["status"], strict=True):
        kind, p, adjusted = found.local.get(code, (None, float("nan"), float("nan")))
        others = beside.beside.get(code, ())
        around = sum(rates[other] for other in others) / len(others) if others else None
        said = status if code in borders.names or status != SHOWN else NOT_AVAILABLE
        rows.append((
            borders.names.get(code, code), code, rates.get(code), around, WORDS[kind] if kind else "", p, adjusted, said,
        ))  # fmt: skip
    made = pd.DataFrame(rows, columns=["name", "code", "rate", "around", "cluster", "p", "adjusted", "status"])
    columns = (
        Column("name", "Area", "group"), Column("code", "Code", "code"), Column("rate", rate, "value", decimals=2),
        Column("around", "Mean of the areas beside it", "value", decimals=2),
        Column("cluster", "Compared with neighbours", "text"),
        Column("p", "p", "value", decimals=4), Column("adjusted", "p, adjusted", "value", decimals=4),
        Column("status", "Status", "status"),
    )  # fmt: skip
    made[["rate", "around"]] = made[["rate", "around"]].astype("float64").round(2)
    made[["p", "adjusted"]] = made[["p", "adjusted"]].round(4)
    return public_table(
        made, title=title, source_line=table.source_line, columns=columns, note=table.note, made_from=[table]
    )


def _pattern(found: Association, counted: str) -> str:
    strength = f"Moran's I {found.moran:+.2f}, p {_p(found.p, found.permutations)}".replace("-", "−")
    if not found.clear:
        return (
            f"Over {found.areas:,} areas, where {literal(counted)} a head are many and where they are few cannot be told "
            f"from chance ({strength})."
        )
    like = "areas like them" if found.moran > found.expected else "areas unlike them"
    return (
        f"Over {found.areas:,} areas, those with many {literal(counted)} a head, and those with few, lie beside **{like}** "
        f"more often than chance would put them there ({strength})."
    )


def _counted(found: Association) -> str:
    said = [f"{len(found.of(kind))} {word.lower()}" for kind, word in WORDS.items() if found.of(kind)]
    return f"By area: {listing(said)}."


def _places(found: Association, borders: Boundaries) -> str:
    parts = []
    for kind, what in (
        (Kind.HIGH_HIGH, "many, beside others with many"), (Kind.LOW_LOW, "few, beside others with few"),
        (Kind.HIGH_LOW, "many, though those around have few"), (Kind.LOW_HIGH, "few, though those around have many"),
    ):  # fmt: skip
        if codes := found.of(kind):
            names = [literal(borders.names[c]) for c in codes[:5]]
            more = [f"and {len(codes) - 5} more"] if len(codes) > 5 else []
            parts.append(f"**{what.capitalize()}** ({len(codes)}): {'; '.join([*names, *more])}.")
    return " ".join(parts) or "No single area stands out from the areas around it by more than chance."


def _note(
    found: Association, beside: Neighbours, borders: Boundaries, people: str, ranked: bool, without: tuple[str, ...]
) -> str:
    joined = [f"{borders.names[a]} to {borders.names[b]}" for a, b in beside.joined.items()]
    untested = [borders.names[c] for c in found.of(Kind.UNTESTED)]
    said = [
        f"Areas are neighbours if they share a border or a corner on this map (queen contiguity): {beside.pairs:,} pairs, "
        f"{beside.mean:.1f} to an area on average.",
        f"Areas that touch no other were joined to the nearest: {'; '.join(joined)}." if joined else "",
        f"Not tested, because no area beside them has a figure: {'; '.join(untested)}." if untested else "",
        f"Not on the map, because the borders lack them: {'; '.join(without)}." if without else "",
        f"Figures were dealt out anew {found.permutations:,} times; an area counts as a cluster if fewer than "
        f"{found.level:.0%} of all called so are expected to be chance (Benjamini and Hochberg). Rates were compared in "
        f"their own standard errors, so that areas with few {people} do not stand out by chance alone"
        f"{', and by their order, so that a few very high ones do not decide' if ranked else ''}. Hidden areas, and areas without "
        "a figure, are left out and are nobody's neighbour. A cluster says where, not why.",
        f"Borders: {borders.attribution}." if borders.attribution else "",
    ]
    return " ".join(part for part in said if part)


def _p(p: float, permutations: int) -> str:
    return f"at most {p:.1g}" if p <= 2 / (permutations + 1) else f"{p:.2g}" if p < 0.1 else f"{p:.2f}"
