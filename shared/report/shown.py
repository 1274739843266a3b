"""Scores as they may be shown: worked out from the protected value, so that nobody can get behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shared.measures.measurement import State
from shared.verdict.scores import is_log, on_scale

if TYPE_CHECKING:
    from shared.report.study import Study


def shown_score(study: Study, indicator: str) -> tuple[float | None, float | None, float | None]:
    """Return score, low and high of an indicator in whole points of 100; None where there is none.

    The verdict itself rests on the exact value. What is printed follows from the printed value and goalposts, so a
    reader can work it out again, and a score to many digits does not give the counts behind it away.
    """
    score = study.assessment.scores[indicator]
    if score.score is None:
        return None, None, None
    measured = study.measurements.get(indicator)
    if measured is None or score.goalposts is None:
        return _whole(score.score), _whole(score.low), _whole(score.high)
    if measured.state is not State.MEASURED or measured.value is None:
        return None, None, None
    values = [measured.value, measured.low, measured.high]
    found = [
        None if value is None else _whole(float(on_scale(value, score.goalposts, log=is_log(indicator))))
        for value in values
    ]
    ends = [end for end in found[1:] if end is not None]
    return found[0], (min(ends) if len(ends) == 2 else None), (max(ends) if len(ends) == 2 else None)


def _whole(score: float | None) -> float | None:
    return None if score is None else float(np.floor(score + 0.5))
