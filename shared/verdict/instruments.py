"""Apply another office's rule to answers given by anybody: the ONS protocol, Statistics Canada's tool.

Records, one assessment each; null = not answered:

    ons-2021, ons-2022                 {"gateway": [0|1 ×3], "scores": [0-3, …]} (six criteria in 2021, five in 2022)
    statcan-2025-07, statcan-2025-10   {"ethics": [0|1 ×5], "criteria": [[0|1 ×3], [×3], [×2], [×3], [×3]]}

Each answer is echoed as it was chosen and the results are added: ONS ``mean`` and ``fit``; Statistics Canada
``scores``, ``total``, ``fit``, ``band`` and ``fit_jul2025_ge8`` / ``fit_oct2025_ge10``. ``fit`` is null while the
answers still missing could decide it. The input form is that of the published rule vectors; further keys
(a ``name``, expected results) are let through unread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from shared.errors import DefinitionError, Fault, ParameterError
from shared.framework.instruments import Instrument, load_instruments

Answer = int | None
FIT_KEYS = {"statcan-2025-07": "fit_jul2025_ge8", "statcan-2025-10": "fit_oct2025_ge10"}


def run_instrument(name: str, records: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Apply the rule of one instrument to a list of records, in the order given.

    Raises ``ParameterError`` for an unknown name, ``DefinitionError`` with every fault of every record.
    """
    instrument = load_instruments()[name]
    if instrument.kind == "principles":
        raise ParameterError(f'"{name}" has no rule to apply: it has no pass mark.')
    faults = list(_faults(instrument, records))
    if faults:
        raise DefinitionError("The rule cannot be applied to the input.", faults=faults)
    apply = ons if instrument.kind == "ons" else statcan
    return [apply(instrument, record) for record in records]


def ons(instrument: Instrument, record: dict[str, Any]) -> dict[str, Any]:
    """Apply an ONS protocol: all three gates, mean strictly above the mark, no 0."""
    gateway, scores = list(record["gateway"]), list(record["scores"])
    mark = instrument.mean_above or 0.0
    highest = instrument.groups[1].highest

    def fit(missing_at_best: bool) -> bool:
        gates = _filled(gateway, 1 if missing_at_best else 0)
        values = _filled(scores, highest if missing_at_best else 0)
        return all(gates) and 0 not in values and sum(values) > mark * len(values)

    known = [s for s in scores if s is not None]
    return {
        "version": instrument.version,
        "gateway": gateway,
        "scores": scores,
        "fit": _settled(fit),
        "mean": sum(known) / len(known) if len(known) == len(scores) else None,
    }


def statcan(instrument: Instrument, record: dict[str, Any]) -> dict[str, Any]:
    """Apply a build of Statistics Canada's tool: ethics all yes, no dimension 0, total at least the pass mark."""
    ethics, criteria = list(record["ethics"]), [list(ticks) for ticks in record["criteria"]]
    full, pass_total = instrument.full_score or 0, instrument.pass_total or 0

    def score(ticks: list[int]) -> int:
        return full if all(ticks) else sum(ticks)

    def fit(missing_at_best: bool) -> bool:
        fill = 1 if missing_at_best else 0
        scores = [score(_filled(ticks, fill)) for ticks in criteria]
        return all(_filled(ethics, fill)) and 0 not in scores and sum(scores) >= pass_total

    scores = [None if None in ticks else score(ticks) for ticks in criteria]
    known = [s for s in scores if s is not None]
    total = sum(known) if len(known) == len(scores) else None
    fits = _settled(fit)
    words = [band.word for band in instrument.bands if total is not None and total >= band.at_least]
    return {
        "version": instrument.version,
        "ethics": ethics,
        "criteria": criteria,
        "scores": scores,
        "total": total,
        "fit": fits,
        "band": words[0] if fits and words else None,
        FIT_KEYS[instrument.id]: fits,
    }


def _filled(answers: Sequence[Answer], fill: int) -> list[int]:
    return [fill if answer is None else answer for answer in answers]


def _settled(fit: Callable[[bool], bool]) -> bool | None:
    """Return the verdict if it is the same with everything missing at its worst and at its best."""
    worst, best = fit(False), fit(True)
    return worst if worst == best else None


def _faults(instrument: Instrument, records: Any) -> Iterator[Fault]:
    if isinstance(records, (str, bytes, dict)) or not isinstance(records, Sequence):
        yield Fault("Give a list of records.")
        return
    for index, record in enumerate(records):
        where = f"record {index}"
        if not isinstance(record, dict):
            yield Fault("A record must be an object.", where)
        elif instrument.kind == "ons":
            yield from _ons_faults(instrument, record, where)
        else:
            yield from _statcan_faults(instrument, record, where)


def _ons_faults(instrument: Instrument, record: dict[str, Any], where: str) -> Iterator[Fault]:
    version = record.get("version", instrument.version)
    if version != instrument.version:
        yield Fault(f'The version must be "{instrument.version}" for {instrument.id}.', f"{where}.version")
    for group in instrument.groups:
        yield from _answers(record.get(group.id), len(group.items), group.highest, f"{where}.{group.id}")


def _statcan_faults(instrument: Instrument, record: dict[str, Any], where: str) -> Iterator[Fault]:
    ethics, *dimensions = instrument.groups
    yield from _answers(record.get("ethics"), len(ethics.items), 1, f"{where}.ethics")
    criteria = record.get("criteria")
    if not isinstance(criteria, list) or len(criteria) != len(dimensions):
        yield Fault(f"Must be a list of {len(dimensions)} lists of ticks.", f"{where}.criteria")
        return
    for position, (ticks, dimension) in enumerate(zip(criteria, dimensions, strict=True)):
        yield from _answers(ticks, len(dimension.items), 1, f"{where}.criteria[{position}]")


def _answers(given: Any, count: int, highest: int, where: str) -> Iterator[Fault]:
    if not isinstance(given, list) or len(given) != count:
        yield Fault(f"Must be a list of {count} answers.", where)
        return
    for position, answer in enumerate(given):
        if answer is not None and not (isinstance(answer, int) and 0 <= answer <= highest):
            yield Fault(f"Must be a whole number from 0 to {highest}, or null.", f"{where}[{position}]")
