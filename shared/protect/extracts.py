"""May records leave at all? Groups of k who look alike, and l different sensitive answers among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from shared.errors import Fault, MeasureError
from shared.measures.disclosure import key_risk, least_diversity
from shared.protect.policy import Policy, find_policy


@dataclass(frozen=True)
class ExtractCheck:
    """What stands against handing records on.

    rare    records that fewer than ``k`` share their combination with, in words a reader may see
    faults  all that is wrong; an extract without any may go to review, never out by itself
    """

    records: str
    rare: str
    faults: tuple[Fault, ...]


def check_extract(frame: pd.DataFrame, roles: Mapping[str, str], policy: Policy | str) -> ExtractCheck:
    """Hold an extract of records to the policy's k and l; ``roles`` gives each column's role as in case.yaml.

    No identifier and no free text may be in it, nor a column without a role; every combination of quasi-identifiers
    and areas must be shared by ``k`` records, and each sensitive column must have ``l`` different answers within it
    (k-anonymity, l-diversity: sdcMicro; framework SDC-3 and SDC-4).
    """
    rule, faults = find_policy(policy), []
    for column in map(str, frame.columns):
        role = roles.get(column)
        if role is None:
            faults.append(Fault(f'Column "{column}" has no role.', hint="Describe it in case.yaml, or leave it out."))
        elif role in ("identifier", "free text"):
            faults.append(Fault(f'Column "{column}" is of role {role} and never leaves.', hint="Leave it out."))
    keys = [c for c in map(str, frame.columns) if roles.get(c) in ("quasi-identifier", "area")]
    sensitive = [c for c in map(str, frame.columns) if roles.get(c) == "sensitive"]
    rare = 0
    if keys and len(frame):
        rare = key_risk(frame.groupby(keys, dropna=False).size().to_numpy(), k=rule.k).rare
    if rare:
        hint = "Group their answers more broadly, or leave one of them out."
        said = f"Some records have a combination of {', '.join(keys)} that fewer than {rule.k} share."
        faults.append(Fault(said, hint=hint))
    for column in sensitive:
        answers = frame[[*keys, column]].drop_duplicates()
        answers = answers.assign(all="") if not keys else answers
        try:
            least = least_diversity(answers, keys or ["all"], column)
        except MeasureError:
            continue  # nobody answered, so there is nothing to tell
        if least < rule.l:
            said = f'Some groups that look alike have fewer than {rule.l} different answers in "{column}".'
            faults.append(Fault(said, hint="Group the answers, or the columns that tell records apart, more broadly."))
    return ExtractCheck(_words(len(frame), rule), _words(rare, rule) if rare else "none", tuple(faults))


def _words(count: int, policy: Policy) -> str:
    return policy.small if policy.hides(count) else f"{policy.rounded(count):,}"
