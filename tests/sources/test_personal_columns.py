"""Personal data that nobody declared stop the run: told by content and by name, with no value in the message."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from shared.cases.load import load_case
from shared.cases.project import Project
from shared.errors import DataError
from shared.sources.prepare import prepare
from tests.batch.small import definition

CLEAN = ["id,group", *(f"{n},{'ab'[n % 2]}" for n in range(20))]
KINDS = {
    "an e-mail address": [f"someone{n}@mail.example" for n in range(20)],
    "a telephone number": [f"07700 900{n:03d}" for n in range(20)],
    "an NHS number": ["943 476 5919", "987 654 4321", "401 023 2137", "943 476 5870"] * 5,
    "a National Insurance number": [f"AB {n:02d} 34 56 C" for n in range(20)],
    "a postcode": [f"M{n + 1} 1AA" for n in range(20)],
    "a place on earth": [f"53.48{n:02d}, -2.24{n:02d}" for n in range(20)],
}


def project(folder: Path, lines: list[str], **disclosure: Any) -> Project:
    """A project whose one case study has these records."""
    import hashlib

    import yaml

    text = "\n".join(lines) + "\n"
    (folder / "data" / "sample").mkdir(parents=True)
    (folder / "data" / "sample" / "one.csv").write_text(text, encoding="utf-8")
    content = definition("one", hashlib.sha256(text.encode()).hexdigest())
    roles = disclosure.pop("roles", {})
    content["sources"]["records"]["columns"] |= {name: {"role": role} for name, role in roles.items()}
    content["disclosure"] |= disclosure
    (folder / "casestudies" / "one").mkdir(parents=True)
    (folder / "casestudies" / "one" / "case.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    return Project(folder, None, folder / "data" / "downloaded")


def with_column(name: str, values: list[str]) -> list[str]:
    quoted = [f'"{value}"' for value in values]
    return [f"{CLEAN[0]},{name}", *(f"{line},{value}" for line, value in zip(CLEAN[1:], quoted, strict=True))]


def refused(made: Project) -> str:
    with pytest.raises(DataError) as stopped:
        prepare(made, load_case(made, "one"))
    return str(stopped.value)


def test_records_without_personal_data_are_read(tmp_path: Path) -> None:
    made = project(tmp_path, CLEAN)
    assert len(prepare(made, load_case(made, "one")).frames["records"]) == 20


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_stops_the_run_until_it_is_declared(kind: str, tmp_path: Path) -> None:
    lines = with_column("extra", KINDS[kind])
    said = refused(project(tmp_path / "a", lines))
    assert f'"extra" holds what looks like {kind}' in said
    assert "is not described" in said
    assert not any(re.search(rf"(?<!\w){re.escape(value)}(?!\w)", said) for value in KINDS[kind])
    declared = project(tmp_path / "b", lines, roles={"extra": "identifier"})
    assert len(prepare(declared, load_case(declared, "one")).frames["records"]) == 20


def test_a_name_of_a_column_is_enough_where_nothing_else_tells_a_name(tmp_path: Path) -> None:
    names = [f"Person {chr(65 + n)}" for n in range(20)]
    assert "is named like a person's name" in refused(project(tmp_path, with_column("first_name", names)))


def test_a_role_that_says_nothing_of_persons_does_not_declare_them(tmp_path: Path) -> None:
    made = project(tmp_path, with_column("extra", KINDS["a postcode"]), roles={"extra": "group"})
    assert 'is declared as "group"' in refused(made)


def test_numbers_of_persons_are_never_published_whatever_their_role(tmp_path: Path) -> None:
    made = project(
        tmp_path, with_column("extra", KINDS["an e-mail address"]), roles={"extra": "sensitive"},
        publish={"records": ["group", "extra"]},
    )  # fmt: skip
    assert "and published" in refused(made)


def test_what_only_looks_personal_is_excused_with_a_reason(tmp_path: Path) -> None:
    made = project(
        tmp_path, with_column("extra", KINDS["a postcode"]), not_personal={"records": {"extra": "codes of our shops"}}
    )
    assert len(prepare(made, load_case(made, "one")).frames["records"]) == 20


def test_addresses_inside_longer_texts_are_found(tmp_path: Path) -> None:
    notes = ["asked for a call back at jo@mail.example on Monday", *["came to the office in person"] * 19]
    assert "an e-mail address in some texts" in refused(project(tmp_path, with_column("remarks", notes)))
