"""Area codes in a table that were not in force at its date: an older list, or all years brought to a later one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.measures.tables.view import Table, TableFinding, listed, number, part, people, share_of
from shared.sources.geography.recognise import recognise_codes
from shared.sources.geography.systems import areas_of, system_of


@dataclass(frozen=True)
class _Dated:
    table: Table
    column: str
    system: str
    years: tuple[int, ...]
    others: tuple[str, ...]
    held: float

    @property
    def year(self) -> int:
        return self.table.when[0].year


def codes_of_another_year(tables: Sequence[Table]) -> Iterator[TableFinding]:
    """Yield tables (a series together) with area codes that were not in force in the year of the table.

    Codes whose system the casebook does not know, and numbers that may be something else, are passed over.
    """
    found = [dated for table in tables for dated in _dated(table)]
    groups: dict[tuple[str, str], list[_Dated]] = {}
    for dated in found:
        groups.setdefault((dated.table.source.series or dated.table.source_id, dated.column), []).append(dated)
    for group in groups.values():
        off = [dated for dated in group if dated.others]
        if not off:
            continue
        worst = max(off, key=lambda dated: (len(dated.others), dated.held / dated.table.total))
        table, share = worst.table, worst.held / worst.table.total
        system = system_of(worst.system)
        said = _span(sorted({year for dated in group for year in dated.years}))
        same = len({dated.years for dated in group}) == 1
        every = f"{'All' if same and len(group) > 2 else 'The'} {number(len(group))} releases of “{table.name}” carry"
        which = f"“{table.source.title}” carries" if len(group) == 1 else every
        were = "was" if len(worst.others) == 1 else "were"
        where = "" if len(group) == 1 else f"in “{table.source.title}”, "
        names = [f"{code} {system.register.names.get(code, '')}".strip() for code in worst.others]
        yield TableFinding(
            "codes-of-another-year",
            tuple(dated.table.source_id for dated in off),
            tuple(dated.table.when[0] for dated in off),
            f"{which} codes of {said} ({system.title}): {where}{number(len(worst.others))} of the codes, with "
            f"{people(worst.held)} {table.unit} ({share_of(worst.held, table.total)}), {were} not in force in "
            f"{worst.year}: {listed(names, 4)}. Whether earlier figures were made again for these areas, and how, "
            "is not said.",
            share,
            (part("under codes of another year", worst.held),),
        )


def _dated(table: Table) -> Iterator[_Dated]:
    """Each column of area codes of a dated table of the organisation, with the codes not in force in its year."""
    if table.source.kind != "table" or not table.when:
        return
    year = table.when[0].year
    for name, rules in table.source.columns.items():
        if rules.role != "area" or name not in table.apart:
            continue
        best = recognise_codes(table.apart[name]).best
        if best is None or not best.certain or best.rows < len(table.apart) / 2:
            continue
        system = system_of(best.system)
        if not system.first <= year <= system.last:
            continue
        valid, known = areas_of(best.system, year), system.register.by_code
        codes = table.apart[name].str.strip().str.upper()
        off = codes[codes.isin(list(known)) & ~codes.isin(list(valid))]
        held = float(table.apart.loc[off.index, "__count__"].sum())
        yield _Dated(table, name, best.system, best.all_years, tuple(sorted(set(off))), held)


def _span(years: Sequence[int]) -> str:
    in_a_row = years[-1] - years[0] == len(years) - 1
    return (
        str(years[0])
        if len(years) == 1
        else f"{years[0]} to {years[-1]}"
        if in_a_row
        else listed([str(y) for y in years])
    )
