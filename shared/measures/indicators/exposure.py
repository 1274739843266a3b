"""SDC: how exposed persons are in the records as held; released tables are counted once they are protected."""

from __future__ import annotations

from collections.abc import Callable

from shared.cases.model import Source
from shared.measures.combinations import Combinations, combinations_of
from shared.measures.indicators.context import Context
from shared.measures.measurement import Measurement, Part, State

_RARE, _STRICT = 3, 5
_KEY_ROLES = ("quasi-identifier", "area")


def _released(indicator: str) -> Callable[[Context], Measurement]:
    """SDC-1, SDC-2 and SDC-6 belong to released tables, which exist only after protection.

    ``shared.measures.disclosure.measure_release`` counts them then.
    """

    def not_yet(context: Context) -> Measurement:
        return Measurement.not_known(
            indicator, "Which tables are to be released, as they stand after protection?",
            "Counted on the tables to be released, once they are protected, not on the data held.",
        )  # fmt: skip

    return not_yet


def _keys(source: Source) -> list[str]:
    return [name for name, column in source.columns.items() if column.role in _KEY_ROLES]


def _exposed(context: Context) -> tuple[str, Source] | None:
    """The first source with records that hold key variables."""
    return next(((name, source) for name, source in context.records.items() if _keys(source)), None)


def _combinations(context: Context, source_id: str, source: Source) -> Combinations:
    """What the three indicators ask of the combinations, in one pass; worked out where the records are."""

    def find() -> Combinations:
        keys, sensitive = _keys(source), _sensitive(source)
        with context.being_read(source_id):
            return combinations_of(context.answers(source_id), source, keys, sensitive, (_RARE, _STRICT))

    return context.once(("combinations", source_id), find)


def _sensitive(source: Source) -> list[str]:
    return [name for name, column in source.columns.items() if column.role == "sensitive"]


def _no_keys(context: Context, indicator: str) -> Measurement:
    if not context.case.records:
        return Measurement.not_applicable(indicator, "No records are held here, only tables.")
    return Measurement.not_known(indicator, "By which columns could an outsider recognise a person?")


def sdc_3(context: Context) -> Measurement:
    """Share of records whose combination of key variables fewer than three share."""
    exposed = _exposed(context)
    if exposed is None:
        return _no_keys(context, "SDC-3")
    source_id, source = exposed
    found, strict = _combinations(context, source_id, source).risks
    return Measurement(
        "SDC-3", State.MEASURED, value=found.rare / found.records, numerator=found.rare, denominator=found.records,
        parts=(Part(f"fewer than {_STRICT} share it", strict.rare / strict.records, strict.rare, strict.records),),
        note=f"Key variables: {_names(source)}. Must be 0 for records that leave the secure area.",
    )  # fmt: skip


def sdc_4(context: Context) -> Measurement:
    """Smallest number of different sensitive answers within a combination of key variables."""
    exposed = _exposed(context)
    if exposed is None:
        return _no_keys(context, "SDC-4")
    source_id, source = exposed
    if not _sensitive(source):
        return Measurement.not_applicable("SDC-4", "The records hold no variable declared as sensitive.")
    parts, diversity = [], _combinations(context, source_id, source).diversity
    for name, least in zip(_sensitive(source), diversity, strict=True):
        if least is not None:
            parts.append(Part(source.columns[name].label or name, float(least), key=name))
    if not parts:
        return Measurement.not_applicable("SDC-4", "No sensitive question has an answer.")
    return Measurement(
        "SDC-4", State.MEASURED, value=min(part.value or 0.0 for part in parts), counted="categories",
        parts=tuple(parts),
        note=f"Key variables: {_names(source)}. 1 means that everybody in some group gave the same answer.",
    )  # fmt: skip


def sdc_5(context: Context) -> Measurement:
    """Expected number of correct matches of somebody who knows the key variables (naive)."""
    exposed = _exposed(context)
    if exposed is None:
        return _no_keys(context, "SDC-5")
    source_id, source = exposed
    found, _ = _combinations(context, source_id, source).risks
    naive = "" if source.weight else " There are no weights: the records are taken to be the whole population."
    return Measurement(
        "SDC-5", State.MEASURED, value=found.expected, denominator=float(found.records),
        note=f"Key variables: {_names(source)}.{naive}",
    )  # fmt: skip


def _names(source: Source) -> str:
    return ", ".join(source.columns[name].label or name for name in _keys(source))


INDICATORS: dict[str, Callable[[Context], Measurement]] = {
    "SDC-1": _released("SDC-1"), "SDC-2": _released("SDC-2"), "SDC-3": sdc_3, "SDC-4": sdc_4, "SDC-5": sdc_5,
    "SDC-6": _released("SDC-6"),
}  # fmt: skip
