"""Reference tables checked before anything is compared with them; one that fails is refused, with the evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from shared.cases.model import CaseStudy
from shared.cases.reference_rules import AddsUp, Complete, GrandTotal, ReferenceRules, SameBase
from shared.errors import Fault
from shared.sources.conditions import all_hold
from shared.sources.geography.systems import areas_of
from shared.sources.typed import as_text

if TYPE_CHECKING:
    from shared.sources.prepare import Prepared

_LETTER = {"England": "E", "Wales": "W", "Scotland": "S", "Northern Ireland": "N"}
_SHOWN = 5


@dataclass(frozen=True)
class ReferenceFinding:
    """One check of one reference source.

    ``rule`` is the key in case.yaml; ``evidence`` says in numbers what was found, whether it passed or not. Figures
    in it are published ones.
    """

    source_id: str
    rule: str
    passed: bool
    evidence: str

    @property
    def fault(self) -> Fault:
        """The finding as a fault, for a reference that is refused."""
        return Fault(
            self.evidence,
            f"case.yaml, sources.{self.source_id}.checks.{self.rule}",
            "Nothing is compared with a reference that fails: correct the table, or the check and its tolerance.",
        )


def check_reference(case: CaseStudy, prepared: Prepared) -> list[ReferenceFinding]:
    """Return what every declared check of every reference source found, in the order of case.yaml."""
    return check_frames(case, prepared.tables)


def check_frames(case: CaseStudy, frames: Mapping[str, pd.DataFrame]) -> list[ReferenceFinding]:
    """Return the same from the frames alone, as ``prepare`` asks for it before it hands anything on."""
    found = []
    for source_id, source in case.sources.items():
        if source.checks is not None and source_id in frames:
            for rule, passed, evidence in _check(case, source.checks, frames[source_id], frames):
                found.append(ReferenceFinding(source_id, rule, passed, evidence))
    return found


def _check(
    case: CaseStudy, rules: ReferenceRules, frame: pd.DataFrame, frames: Mapping[str, pd.DataFrame]
) -> Iterator[tuple[str, bool, str]]:
    if rules.unique:
        yield "unique", *_unique(frame, rules.unique)
    complete = rules.complete
    if complete is True and case.area is not None and case.area.reference_code is not None:
        area = {"column": case.area.reference_code, "system": case.area.system, "vintage": case.area.vintage}
        complete = Complete.model_validate(area)
    if isinstance(complete, Complete):
        yield "complete", *_complete(frame, complete)
    for rule in rules.adds_up:
        yield "adds_up", *_adds_up(frame, rule)
    for total in rules.total:
        yield "total", *_total(frame, total)
    for base in rules.same_base:
        if base.like in frames:
            yield "same_base", *_same_base(frame, base, frames[base.like])
    for column in rules.not_negative:
        negative = int((pd.to_numeric(frame[column], errors="coerce") < 0).sum())
        yield "not_negative", negative == 0, f'{negative} rows of "{column}" are below nought.'


def _unique(frame: pd.DataFrame, columns: tuple[str, ...]) -> tuple[bool, str]:
    keys = pd.DataFrame({name: as_text(frame[name]) for name in columns})
    empty = int(keys.isna().any(axis=1).sum())
    twice = keys[keys.duplicated(keep=False) & keys.notna().all(axis=1)].drop_duplicates()
    said = f'"{" and ".join(columns)}"'
    if twice.empty and not empty:
        return True, f"Each of {len(frame):,} rows has its own {said}."
    shown = _listed([" / ".join(map(str, row)) for row in twice.itertuples(index=False)])
    faults = [f"{len(twice)} values of {said} stand in more than one row: {shown}"] if len(twice) else []
    faults += [f"{empty} rows have no {said}"] if empty else []
    return False, "; ".join(faults) + "."


def _complete(frame: pd.DataFrame, rule: Complete) -> tuple[bool, str]:
    codes = as_text(frame[rule.column]).str.strip().dropna()
    held = set(codes.str.split("+").explode())  # areas that are counted together are all there
    listed = areas_of(rule.system, rule.vintage)
    if rule.system.startswith("gss"):
        letters = {_LETTER[c] for c in rule.countries} or {code[0] for code in held & set(listed)}
        listed = {code: area for code, area in listed.items() if code[0] in letters}
    missing, more = sorted(set(listed) - held), sorted(held - set(listed))
    said = f"{len(set(listed) & held)} of {len(listed)} areas of {rule.system} {rule.vintage} are in the table"
    if missing:
        said += f"; missing: {_listed([f'{code} {listed[code].name}' for code in missing])}"
    if more:
        said += f"; {len(more)} codes are not of that list: {_listed(more)}"
    return not missing and not more, f"{said}."


def _adds_up(frame: pd.DataFrame, rule: AddsUp) -> tuple[bool, str]:
    if rule.category is not None and rule.count is not None:
        labels, count = as_text(frame[rule.category]), _number(frame[rule.count])
        keys = [as_text(frame[name]) for name in rule.by] or [pd.Series("all", index=frame.index)]
        total = count[labels == rule.total].groupby([key[labels == rule.total] for key in keys]).sum(min_count=1)
        within = labels.isin(rule.parts)
        parts = count[within].groupby([key[within] for key in keys]).sum(min_count=1).reindex(total.index)
    else:
        total = _number(frame[rule.total])
        parts = sum((_number(frame[part]) for part in rule.parts), start=pd.Series(0.0, index=frame.index))
    apart = (total - parts).abs()
    judged = apart.dropna()
    wrong = int((judged > rule.tolerance).sum())
    what = f'"{rule.total}"' if len(rule.parts) == 1 else f'the {len(rule.parts)} parts of "{rule.total}"'
    verb = f'equals "{rule.parts[0]}"' if len(rule.parts) == 1 else "add up to it"
    if judged.empty:
        return False, f"In no row can {what} be compared: figures are missing."
    passed = wrong == 0 and len(judged) == len(apart)
    said = f"{what[0].upper()}{what[1:]} {verb} in {len(judged) - wrong:,} of {len(apart):,} rows"
    said += f" (largest difference {judged.max():,.0f}, up to {rule.tolerance:,.0f} is taken as perturbation)"
    return passed, f"{said}."


def _total(frame: pd.DataFrame, rule: GrandTotal) -> tuple[bool, str]:
    kept = frame[all_hold(frame, rule.where)] if rule.where else frame
    found = float(_number(kept[rule.column]).sum())
    passed = abs(found - rule.expected) <= rule.tolerance
    said = f'"{rule.column}" adds up to {found:,.0f}; {rule.source} gives {rule.expected:,.0f}'
    return passed, f"{said} (a difference of {found - rule.expected:+,.0f}, up to {rule.tolerance:,.0f} allowed)."


def _same_base(frame: pd.DataFrame, rule: SameBase, like: pd.DataFrame) -> tuple[bool, str]:
    ours = _number(frame[rule.column]).groupby(as_text(frame[rule.by]).str.strip()).sum()
    theirs = _number(like[rule.like_column]).groupby(as_text(like[rule.like_by]).str.strip()).sum()
    both = pd.DataFrame({"ours": ours, "theirs": theirs}).dropna()
    ratio = (both["ours"] / both["theirs"].where(both["theirs"] > 0)).median()
    low, high = rule.ratio
    said = f'"{rule.column}" is to "{rule.like_column}" of {rule.like} as {ratio:.3f} to 1 (median of {len(both)} areas'
    return bool(low <= ratio <= high), f"{said}; {low:g} to {high:g} means the same base)."


def _number(column: pd.Series) -> pd.Series:
    return pd.to_numeric(column, errors="coerce").astype("float64")


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
