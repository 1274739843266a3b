"""The gate: a SafeTable is made by protection alone, never changes, and carries only what it declares."""

from __future__ import annotations

import ast
import copy
import pickle

import pandas as pd
import pytest

from shared.errors import ProtectionError
from shared.protect import Column, SafeTable, public_table, require_safe
from tests.conftest import ROOT

FRAME = pd.DataFrame({"area": ["North", "South"], "score": [61.0, 48.5], "secret": ["a", "b"]})
COLUMNS = (Column("area", "Area", "group"), Column("score", "Score", "value"))


def table(**changes: object) -> SafeTable:
    return public_table(FRAME, columns=COLUMNS, title=str(changes.get("title", "Scores")), source_line="Made up")


def test_it_cannot_be_made_by_hand() -> None:
    with pytest.raises(ProtectionError, match="cannot be made by hand"):
        SafeTable(object(), frame=FRAME, columns=COLUMNS, title="", policy="", source_line="", note="", hidden=0)


def test_only_the_room_of_protection_seals_tables() -> None:
    for path in (ROOT / "shared").rglob("*.py"):
        if path.parent.name == "protect":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("shared.protect"):
                taken = {alias.name for alias in node.names}
                assert not taken & {"seal", "_KEY"}, f"{path.relative_to(ROOT)} makes tables without protection"


def test_undeclared_columns_do_not_come_along() -> None:
    assert list(table().frame.columns) == ["area", "score"]
    assert list(table().select("score").frame.columns) == ["score"]


def test_it_cannot_be_changed() -> None:
    made = table()
    with pytest.raises(ProtectionError):
        made.title = "Other"
    with pytest.raises(ProtectionError):
        del made.note
    frame = made.frame
    frame.loc[0, "score"] = 99.0
    assert made.frame.loc[0, "score"] == 61.0


def test_the_frame_it_was_made_from_can_change_without_it() -> None:
    own = FRAME.copy()
    made = public_table(own, columns=COLUMNS, title="Scores", source_line="")
    own.loc[0, "score"] = 99.0
    assert made.frame.loc[0, "score"] == 61.0


def test_tampering_behind_its_back_is_noticed() -> None:
    made = table()
    made._frame.loc[0, "score"] = 99.0
    with pytest.raises(ProtectionError, match="changed after it was protected"):
        require_safe(made, "A chart")


@pytest.mark.parametrize("carry", [copy.copy, copy.deepcopy, pickle.dumps])
def test_it_is_not_copied_or_stored(carry: object) -> None:
    with pytest.raises(ProtectionError):
        carry(table())  # type: ignore[operator]


def test_the_ledger_id_is_the_content() -> None:
    assert table().ledger == table().ledger
    assert table().ledger != table(title="Other scores").ledger


def test_anything_else_is_refused_without_its_values() -> None:
    with pytest.raises(ProtectionError) as refused:
        require_safe(pd.DataFrame({"name": ["Amina"]}), "A map")
    assert "takes a SafeTable, not a DataFrame" in str(refused.value)
    assert "Amina" not in str(refused.value)


def test_an_unknown_column_is_told_with_the_nearest() -> None:
    with pytest.raises(ProtectionError, match='Did you mean "score"'):
        table().column("scores")


def test_rows_and_words_can_be_chosen() -> None:
    made = table().where("area", ["South"]).titled("South alone").labelled(score="Points")
    assert made.frame["area"].tolist() == ["South"]
    assert made.title == "South alone"
    assert made.column("score").label == "Points"
    assert table().first(1).frame["area"].tolist() == ["North"]


def test_a_long_frame_is_taken_for_records() -> None:
    with pytest.raises(ProtectionError, match="looks like records"):
        public_table(pd.DataFrame({"n": range(2001)}), title="Long", source_line="")


def test_a_frame_of_objects_is_refused() -> None:
    with pytest.raises(ProtectionError, match="not a plain value"):
        public_table(pd.DataFrame({"n": [{"name": "x"}]}), title="Odd", source_line="")


def test_a_declared_column_that_is_not_there_is_named() -> None:
    with pytest.raises(ProtectionError, match="does not have: gone"):
        public_table(FRAME, columns=[Column("gone", "Gone", "value")], title="Scores", source_line="")
