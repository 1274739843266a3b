"""Cell-key perturbation (ONS): noise that depends on the records counted, so the same people get the same noise."""

from __future__ import annotations

import contextlib
import functools
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from shared.cases.model import CaseStudy
from shared.cases.project import Project
from shared.errors import ProtectionError
from shared.protect.policy import Policy


@dataclass(frozen=True)
class RecordKeys:
    """The column of record keys of a table of records, and the perturbation table (None: the 10-5 rule).

    A record key is a whole number from 0 to the perturbation table's largest cell key, drawn once for each record and
    kept; the cell key is the sum of the keys of the records counted, modulo one more than that.
    """

    column: str
    ptable: pd.DataFrame | None = None


def pcv(count: int) -> int:
    """Return the row of the perturbation table for a count: rows 501 to 750 are used again beyond 750.

    As in ``cell-key-perturbation``: 751, 1001 and 1251 give 501, and 1000 gives 750.
    """
    return count if count <= 750 else (count - 1) % 250 + 501


def perturbed(work: pd.DataFrame, by: Sequence[str], keys: pd.Series[str], policy: Policy, table: RecordKeys) -> Cells:
    """Return the perturbed count of every combination of groups that occurs, missing where it is hidden.

    ``work`` has the columns ``by`` and ``n``, the records of each row (1, unless they were counted before); ``keys``
    are the records' keys. The package returns the true
    count, the cell key and the noise as well: they are dropped here. Raises ``ProtectionError`` for keys that are not
    whole numbers in the range of the perturbation table.
    """
    from cell_key_perturbation.create_perturbed_table import create_perturbed_table

    noise = ten_five() if table.ptable is None else table.ptable
    most = int(noise["ckey"].max())
    numbers = pd.to_numeric(keys, errors="coerce")
    if bool((numbers.isna() | (numbers % 1 != 0) | ~numbers.between(0, most)).any()):
        raise ProtectionError(
            f'Column "{table.column}" does not hold a record key, a whole number from 0 to {most}, in every record.',
            where="case.yaml, disclosure.record_key",
        )
    columns = {f"v{number}": work[name].to_numpy() for number, name in enumerate(by)}  # no name the package looks for
    data = pd.DataFrame(columns | {"rkey": numbers.to_numpy(dtype=np.int64)})
    left_out = pd.Series(0, index=pd.MultiIndex.from_frame(data[list(columns)].drop_duplicates()))
    if bool((work["n"] != 1).any()):
        data, left_out = _as_few(data, work["n"].to_numpy(dtype=np.int64), most)
    with contextlib.redirect_stdout(io.StringIO()):  # it says on the screen that its input is well
        made = create_perturbed_table(
            data=data, ptable=noise, geog=[], tab_vars=list(columns), record_key="rkey", threshold=policy.threshold
        )
    index = pd.MultiIndex.from_frame(made[list(columns)].set_axis(list(by), axis=1))
    counts = pd.Series(made["count"].to_numpy(dtype=np.float64, na_value=np.nan), index=index)
    counts += left_out.reindex(pd.MultiIndex.from_frame(made[list(columns)])).to_numpy()
    return Cells(counts, _most_noise(noise, policy))


def _as_few(data: pd.DataFrame, times: np.ndarray, most: int) -> tuple[pd.DataFrame, pd.Series]:
    """Return records that give the same noise as those counted, and by cell how many of the count they leave out.

    The noise depends on the row of the perturbation table and on the cell key alone: as many records as the row says,
    one of them with the cell key and the others with 0, stand for any number of them.
    """
    by = [name for name in data.columns if name != "rkey"]
    sums = data.assign(n=times, key=data["rkey"] * times).groupby(by, sort=False)[["n", "key"]].sum()
    rows = sums["n"].map(pcv)
    few = sums.index.repeat(rows).to_frame(index=False)
    first = ~few.duplicated()
    few["rkey"] = 0
    few.loc[first, "rkey"] = (sums["key"] % (most + 1)).to_numpy()
    return few, sums["n"] - rows


@dataclass(frozen=True)
class Cells:
    """Perturbed counts by group (NaN: hidden), and the largest change that the table makes to a shown count."""

    counts: pd.Series[float]
    noise: int


@functools.cache
def ten_five() -> pd.DataFrame:
    """Return the 10-5 rule as a perturbation table, the only one that the package ships."""
    from cell_key_perturbation.utils.generate_test_ptable import generate_ptable_10_5_rule

    table: pd.DataFrame = generate_ptable_10_5_rule()
    return table


def read_ptable(path: Path) -> pd.DataFrame:
    """Read a perturbation table: CSV with whole numbers pcv (1 to 750), ckey (from 0) and pvalue, each pair once.

    Raises ``ProtectionError`` when it is anything else.
    """
    try:
        table = pd.read_csv(path, dtype="int64")
    except (OSError, ValueError):
        raise ProtectionError(
            "The perturbation table cannot be read.", where=path.name, hint="It needs whole numbers pcv, ckey, pvalue."
        ) from None
    wrong = set(table.columns) != {"pcv", "ckey", "pvalue"} or bool(table.duplicated(["pcv", "ckey"]).any())
    if not wrong:
        whole = len(table) == table["pcv"].nunique() * table["ckey"].nunique()
        rows = (int(table["pcv"].min()), int(table["pcv"].max()), int(table["ckey"].min()))
        wrong = not whole or rows != (1, 750, 0)
    if wrong:
        raise ProtectionError(
            "This is no perturbation table.",
            where=path.name,
            hint="It needs the columns pcv, ckey and pvalue, and one row for every pcv 1 to 750 and every ckey from 0.",
        )
    return table


def _most_noise(table: pd.DataFrame, policy: Policy) -> int:
    shown = table[table["pcv"] + table["pvalue"] >= policy.threshold]
    return int(shown["pvalue"].abs().max())


def keys_of(project: Project, case: CaseStudy, source: str) -> RecordKeys | None:
    """Return the record keys that case.yaml declares for a source, with its perturbation table; None without."""
    declared = case.disclosure
    if source not in declared.record_key:
        return None
    table = read_ptable(project.casestudies / case.slug / declared.ptable) if declared.ptable else None
    return RecordKeys(declared.record_key[source], table)
