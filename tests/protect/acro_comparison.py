"""The same tables through ACRO and through the casebook, each in its own environment, and where they differ.

ACRO needs pandas below 3, so it cannot share the casebook's environment. Three steps, see ACRO.md beside this file:

    ACRO-ENV/bin/python tests/protect/acro_comparison.py acro acro.json
    .venv/bin/python tests/protect/acro_comparison.py ours ours.json
    .venv/bin/python tests/protect/acro_comparison.py compare acro.json ours.json
"""

from __future__ import annotations

import contextlib
import io
import json
import random
import sys
from collections import Counter
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
TABLES = {
    "traveller-survey": [("accommodation", "water_on_pitch"), ("ethnic_group", "accommodation"),
                         ("respondent_sex", "gp_registered"), ("wave", "accommodation")],
    "refugee-casework": [("office", "tenure"), ("immigration_status", "tenure"), ("nationality_group", "office"),
                         ("sex", "immigration_status")],
    "hotspots-india": [("community_type", "housing"), ("social_group", "earnings"), ("state_code", "housing"),
                       ("head_sex", "toilet")],
}  # fmt: skip


def frames() -> dict[str, pd.DataFrame]:
    """The records that ship with the project, every column as text; rows with a missing answer are left out later."""
    return {slug: pd.read_csv(ROOT / "data" / "sample" / slug / "records.csv", dtype=str) for slug in TABLES}


def magnitudes() -> dict[str, list[float]]:
    """Contributions to made-up sums: some with one or two large ones, and the worked example."""
    rng = random.Random(20_260_101)
    made = {"worked": [800.0, 90.0, 60.0, 50.0] + [0.0] * 8}
    for n in range(100):
        values = [round(rng.lognormvariate(3, rng.choice([0.3, 1.0, 2.2])), 2) for _ in range(rng.randint(5, 40))]
        if n % 4 == 0:
            values[0] = round(sum(values) * rng.choice([2, 6, 12]), 2)
        made[f"g{n:02d}"] = values
    return made


def acro(out: Path) -> None:
    """What ACRO hides: cells of counts below its threshold; sums by dominance or p %."""
    import acro as package

    session = package.ACRO(suppress=True)
    found: dict[str, dict[str, bool]] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        for slug, frame in frames().items():
            for first, second in TABLES[slug]:
                kept = frame.dropna(subset=[first, second])
                table = session.crosstab(kept[first], kept[second])
                counts = pd.crosstab(kept[first], kept[second])
                for row in counts.index:
                    for column in counts.columns:
                        hidden = row not in table.index or column not in table.columns or pd.isna(table.at[row, column])
                        found.setdefault(f"{slug}: {first} x {second}", {})[f"{row} | {column}"] = bool(hidden)
        rows = [(name, v) for name, values in magnitudes().items() for v in values]
        data = pd.DataFrame(rows, columns=["g", "v"]).assign(all="all")
        sums = session.crosstab(data["g"], data["all"], values=data["v"], aggfunc="sum")
    found["sums"] = {name: name not in sums.index or bool(pd.isna(sums.at[name, "all"])) for name in magnitudes()}
    said = session.results.get_index(-1).outcome
    for rule, word in (("threshold", "MinimumThresholdCheck"), ("dominance", "NKCheck"), ("p %", "PPercentCheck")):
        found[f"sums: {rule}"] = {name: word in str(said.loc[name].iloc[0]) for name in magnitudes()}
    out.write_text(json.dumps(found, indent=1, sort_keys=True))


def ours(out: Path) -> None:
    """What the casebook hides for a cell's own size (before company is chosen), and by dominance or p %."""
    import numpy as np

    from shared.protect import find_policy
    from shared.protect.dominance import dominated, p_percent_safe
    from shared.protect.suppress import small_cells

    policy = find_policy("threshold-10-round-5")
    found: dict[str, dict[str, bool]] = {}
    for slug, frame in frames().items():
        for first, second in TABLES[slug]:
            kept = frame.dropna(subset=[first, second])
            counts = pd.crosstab(kept[first], kept[second])
            small = small_cells(counts.to_numpy(dtype=np.float64), policy)
            cells = {
                f"{row} | {column}": {"hidden": bool(small[i, j]), "empty": int(counts.iat[i, j]) == 0}
                for i, row in enumerate(counts.index)
                for j, column in enumerate(counts.columns)
            }
            found[f"{slug}: {first} x {second}"] = cells  # type: ignore[assignment]
    rules = {
        "threshold": lambda values: len(values) < policy.threshold,
        "dominance": lambda values: dominated(values, n=policy.dominance_n, k=policy.dominance_k),
        "p %": lambda values: not p_percent_safe(values, p=policy.p_percent),
    }
    by_rule = {rule: {name: asked(v) for name, v in magnitudes().items()} for rule, asked in rules.items()}
    sums = {name: any(hidden[name] for hidden in by_rule.values()) for name in magnitudes()}
    for title, answers in {"sums": sums, **{f"sums: {rule}": hidden for rule, hidden in by_rule.items()}}.items():
        found[title] = {name: {"hidden": out, "empty": False} for name, out in answers.items()}  # type: ignore[misc]
    out.write_text(json.dumps(found, indent=1, sort_keys=True))


def compare(theirs: Path, mine: Path) -> None:
    """Print, for counts and sums, how many decisions agree; list what differs by kind, never a record."""
    left, right = json.loads(theirs.read_text()), json.loads(mine.read_text())
    assert left.keys() == right.keys()
    of_sums = [table for table in left if table.startswith("sums")]
    for kind in ("counts", *of_sums):
        seen: Counter[str] = Counter()
        for table in [table for table in left if table not in of_sums] if kind == "counts" else [kind]:
            assert left[table].keys() == right[table].keys(), table
            for cell, hidden in left[table].items():
                one = right[table][cell]
                both = "both hide" if hidden else "both show"
                only = "only ACRO hides" if hidden else "only the casebook hides"
                word = both if hidden == one["hidden"] else only
                seen[f"{word}{', empty cell' if one['empty'] else ''}"] += 1
        print(kind, dict(sorted(seen.items())))


if __name__ == "__main__":
    step, *paths = sys.argv[1:]
    {"acro": acro, "ours": ours, "compare": compare}[step](*map(Path, paths))
