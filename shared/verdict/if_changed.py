"""What the six uses would come to if some indicators rose or were found out: the same rules, put again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from shared.cases.model import CaseStudy
from shared.errors import Fault, ParameterError, nearest
from shared.evidence.judgements import JudgedScore
from shared.framework.register import load_register
from shared.measures.measurement import Measurement, State
from shared.verdict.dossier import open_dossier
from shared.verdict.gates import open_gates
from shared.verdict.uses import UseResult, try_uses

HIGHEST = 4


def if_changed(
    case: CaseStudy, measurements: Iterable[Measurement], judged: Iterable[JudgedScore], changes: Mapping[str, float]
) -> tuple[UseResult, ...]:
    """Return the six uses as they would be with ``changes``: indicator -> its value, in the indicator's own unit.

    Judged indicators go from 0 to 4. Only what is named changes; nothing is drawn at random. Raises
    ``ParameterError`` for an indicator that does not exist or a judged value outside its scale.
    """
    register = load_register()
    kinds = {entry.id: entry.kind for entry in register.indicators}
    faults = [
        Fault(f'There is no indicator "{name}".', hint=nearest(name, kinds)) for name in changes if name not in kinds
    ]
    faults += [
        Fault(f"{name} is judged from 0 to {HIGHEST}.")
        for name, value in changes.items()
        if kinds.get(name) == "judged" and not 0 <= value <= HIGHEST
    ]
    if faults:
        raise ParameterError("The changes cannot be tried:", faults=faults)
    measured = [
        Measurement(m.indicator, State.MEASURED, value=changes[m.indicator], counted=m.counted)
        if m.indicator in changes
        else m
        for m in measurements
    ]
    scored = [
        replace(j, state=State.MEASURED, score=(to := changes[j.indicator]), low=to, high=to, reason="")
        if j.indicator in changes
        else j
        for j in judged
    ]
    dossier = open_dossier(case, measured, scored)
    return try_uses(dossier, open_gates(dossier))
