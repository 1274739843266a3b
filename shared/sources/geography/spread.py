"""Counts of an area that was divided, shared out between its parts: by declared weights, or by residents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from shared.errors import DataError, Fault
from shared.sources.geography.systems import areas_of, system_of, tidy
from shared.sources.geography.tables import Register
from shared.sources.geography.vintages import Harmonised, Move, to_vintage
from shared.sources.typed import as_text

Weights = Mapping[str, Mapping[str, float]]
"""Code -> code of the year asked for -> share of the counts that goes there; the shares of a code add to 1."""


@dataclass(frozen=True)
class Spread:
    """A table brought to one year.

    ``frame`` has the new column of codes; the row of a divided area stands once for each part, with its share of
    the counts. ``harmonised`` tells of the rows before that; ``shares`` code -> part -> share that was used.
    """

    frame: pd.DataFrame
    harmonised: Harmonised
    shares: dict[str, dict[str, float]]

    @property
    def account(self) -> dict[str, int]:
        """Why rows are without a code; those that were shared out are not among them."""
        placed = sum(move.rows for move in self.harmonised.moves if move.code in self.shares)
        return {
            reason: rows - (placed if reason.startswith("area divided") else 0)
            for reason, rows in self.harmonised.account.items()
        }


def residents_shares(system: str, target: int, code: str, parts: Sequence[str]) -> dict[str, float] | None:
    """Return the share of a code's residents (Census 2021) in each of ``parts``.

    None when the areas that were counted do not follow the boundaries of the parts, as for the authorities of
    England before 2021: they need declared weights.
    """
    register = system_of(system).register
    listed = areas_of(system, target)
    blocks = frozenset().union(*(area.blocks for area in register.by_code.get(code, ())))
    counted = {part: _residents(register, blocks & listed[part].blocks) for part in parts}
    known = {part: count for part, count in counted.items() if count is not None}
    if len(known) < len(parts) or not sum(known.values()):
        return None
    return {part: count / sum(known.values()) for part, count in known.items()}


def _residents(register: Register, blocks: frozenset[str]) -> int | None:
    within = [(areas[0].blocks, register.residents[code]) for code, areas in register.by_code.items()
              if code in register.residents and areas[0].blocks <= blocks]  # fmt: skip
    covered = frozenset().union(*(part for part, _ in within))
    return sum(count for _, count in within) if covered == blocks else None


def spread_counts(
    frame: pd.DataFrame, *, column: str, into: str, counts: Sequence[str], system: str, target: int,
    weights: Weights | Literal["residents"],
) -> Spread:  # fmt: skip
    """Bring a table of counts to the areas of ``target``, sharing out the counts of divided areas.

    ``column`` holds the codes, ``into`` is the new column, ``counts`` the columns of numbers. Whole numbers stay
    whole and keep their sum (the largest remainders are rounded up); a missing count stays missing in every part.
    Columns that are not counts (rates, ages) are repeated and must not be averaged later. Raises ``DataError`` for
    a divided area whose shares are not declared or known, and for shares that do not add to 1 or name other areas.
    """
    found = to_vintage(frame[column], system, target, splits="unplaced")
    divided = [move for move in found.moves if move.fate == "divided"]
    shares, faults = _shares(divided, weights, system, target)
    if faults:
        raise DataError(f"Some counts cannot be brought to {target}:", faults=faults)
    parts = pd.DataFrame(
        [(code, part, share) for code, held in shares.items() for part, share in held.items()],
        columns=["__code__", "__part__", "__share__"],
    ).astype({"__code__": "str", "__part__": "str", "__share__": "float64"})
    codes = tidy(as_text(frame[column]), system_of(system))
    wide = frame.assign(__code__=codes, __row__=range(len(frame)), **{into: found.codes})
    wide = wide.merge(parts, how="left", on="__code__")
    wide[into] = wide["__part__"].where(wide["__part__"].notna(), wide[into])
    for name in counts if shares else ():
        wide[name] = _shared_out(wide[name], wide["__share__"].dropna(), wide["__row__"])
    return Spread(wide.drop(columns=["__code__", "__row__", "__part__", "__share__"]), found, shares)


def _shares(
    divided: Sequence[Move], weights: Weights | Literal["residents"], system: str, target: int
) -> tuple[dict[str, dict[str, float]], list[Fault]]:
    shares: dict[str, dict[str, float]] = {}
    faults: list[Fault] = []
    for move in divided:
        parts = " and ".join(f"{code} {areas_of(system, target)[code].name}" for code in move.to)
        if weights != "residents" and move.code in weights:
            declared = {part: float(share) for part, share in weights[move.code].items() if share}
            faults += _wrong(move, declared, parts, target)
            shares[move.code] = declared
        elif weights == "residents" and (known := residents_shares(system, target, move.code, move.to)) is not None:
            shares[move.code] = known
        else:
            problem = f"{move.code} {move.name} is divided in {target} between {parts}, and its shares are not known."
            faults.append(Fault(problem, hint="Declare them under splits, or say splits: unplaced."))
    return shares, faults


def _wrong(move: Move, declared: Mapping[str, float], parts: str, target: int) -> Iterator[Fault]:
    for part in sorted(set(declared) - set(move.to)):
        yield Fault(f"{part} is no part of {move.code} {move.name} in {target}.", hint=f"Its parts are {parts}.")
    if abs(sum(declared.values()) - 1) > 1e-6 or any(share < 0 for share in declared.values()):
        yield Fault(f"The shares of {move.code} {move.name} do not add to 1.", hint=f"Its parts are {parts}.")


def _shared_out(values: pd.Series, share: pd.Series, row: pd.Series) -> pd.Series:
    """Multiply the shared rows; where the column holds whole numbers, round so that each row keeps its sum."""
    whole = pd.api.types.is_integer_dtype(values)
    exact = values[share.index].astype("Float64") * share
    if not whole:
        made: Any = exact.astype(values.dtype)
    else:
        floor = exact // 1
        short = (values[share.index] - floor.groupby(row[share.index]).transform("sum")).round()
        rank = (exact - floor).groupby(row[share.index]).rank(method="first", ascending=False)
        made = (floor + (rank <= short).fillna(False).astype("Int64")).astype(values.dtype)
    return values.where(~values.index.isin(share.index), made.reindex(values.index))
