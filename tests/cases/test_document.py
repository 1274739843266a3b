"""YAML is read strictly, and a malformed or hostile file ends in one clear message."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.cases.document import read_document
from shared.errors import DefinitionError


def read(tmp_path: Path, text: str | bytes) -> dict[str, object]:
    path = tmp_path / "case.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_document(path, "case.yaml").data


def refused(tmp_path: Path, text: str | bytes) -> str:
    with pytest.raises(DefinitionError) as caught:
        read(tmp_path, text)
    return str(caught.value)


def test_what_yaml_would_guess_stays_text(tmp_path: Path) -> None:
    text = "a: no\nb: yes\nc: 007\nd: 2024-01-31\ne: 1.50\nf: 12\ng: true\nh: ~\ni:\nj: '12'\nk: 12:30\nl: -3\nm: 6E2\n"
    assert read(tmp_path, text) == {
        "a": "no", "b": "yes", "c": "007", "d": "2024-01-31", "e": 1.5, "f": 12, "g": True, "h": None, "i": None,
        "j": "12", "k": "12:30", "l": -3, "m": "6E2",
    }  # fmt: skip


def test_keys_are_text_whatever_they_look_like(tmp_path: Path) -> None:
    assert read(tmp_path, "map: {1: one, yes: two, 2021-01-01: three}") == {
        "map": {"1": "one", "yes": "two", "2021-01-01": "three"}
    }


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text("# comment\na:\n  b:\n    - x\n    - y: 1\n", encoding="utf-8")
    document = read_document(path, "case.yaml")
    assert document.lines == {("a",): 2, ("a", "b"): 3, ("a", "b", 0): 4, ("a", "b", 1): 5, ("a", "b", 1, "y"): 5}
    assert document.where(("a", "b", 1, "absent")) == "case.yaml, line 5, a.b[entry 2].absent"


def test_a_key_given_twice_is_a_fault_with_both_lines(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text("a: 1\nb: 2\na: 3\n", encoding="utf-8")
    document = read_document(path, "case.yaml")
    assert document.data == {"a": 1, "b": 2}
    assert [str(fault) for fault in document.faults] == [
        'case.yaml, line 3: The key "a" is given twice (first on line 1). Keep one of them.'
    ]


def test_aliases_are_read_when_they_are_few(tmp_path: Path) -> None:
    assert read(tmp_path, "a: &x {role: group}\nb: *x\n") == {"a": {"role": "group"}, "b": {"role": "group"}}


def test_an_alias_bomb_is_refused(tmp_path: Path) -> None:
    lines = ["l0: &l0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 10)]
    assert "too large once its aliases are written out" in refused(tmp_path, "\n".join(lines))


def test_an_alias_to_itself_is_refused(tmp_path: Path) -> None:
    assert "nested too deeply" in refused(tmp_path, "a: &a [*a]\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: [1, 2\nb: 3\n", "case.yaml, line 2"),
        ("a: b: c\n", "case.yaml, line 1"),
        ("a:\n\t- b\n", "case.yaml, line 2"),
        ("a: 1\n---\nb: 2\n", "case.yaml, line 2"),
        ("- a\n- b\n", "it holds a list"),
        ("just text", "it holds a single text"),
        ("", "it holds nothing"),
        (b"a: caf\xe9\n", "not UTF-8 text"),
        (b"a: x\x00\n", "not valid YAML"),
        ("x: [" * 3, "case.yaml, line 1"),
        ("a: " + "x" * 1_000_001, "more than 1 MB"),
    ],
)
def test_malformed_files_say_where(tmp_path: Path, text: str | bytes, expected: str) -> None:
    assert expected in refused(tmp_path, text)


def test_deep_nesting_is_refused_without_a_crash(tmp_path: Path) -> None:
    assert "nested too deeply" in refused(tmp_path, "x: " + "[" * 5000 + "]" * 5000)


@pytest.mark.parametrize("text", ["a: !!python/object/apply:os.system ['true']\n", "a: !custom x\n"])
def test_tags_run_nothing(tmp_path: Path, text: str) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    document = read_document(path, "case.yaml")
    assert document.data["a"] is None
    assert "tag" in str(document.faults[0])


def test_merge_keys_and_complex_keys_are_faults(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text("a: &x {b: 1}\nc:\n  <<: *x\n? [1, 2]\n: d\n", encoding="utf-8")
    assert len(read_document(path, "case.yaml").faults) == 2


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="missing"):
        read_document(tmp_path / "none.yaml", "none.yaml")
