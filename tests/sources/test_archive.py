"""Zips: opened within limits, and only the file that is meant."""

from __future__ import annotations

import io
import stat
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from shared.cases import archive
from shared.cases.archive import open_archive
from shared.cases.model import Source
from shared.cases.project import Project
from shared.errors import DataError
from shared.sources.read import RawTable, read_source
from tests.cases.example import make_project, sha256
from tests.sources.made import changed_member, lying_zip, xlsx, zipped

TABLE = b"a,b\n1,2\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path)


def read(project: Project, content: bytes, **values: Any) -> RawTable:
    source = Source.model_validate(
        {"kind": "table", "title": "Counts", "path": "data/sample/f.zip", "sha256": sha256(content), "format": "csv",
         "licence": "L", "attribution": "A"} | values
    )  # fmt: skip
    (project.sample / "f.zip").write_bytes(content)
    return read_source(project, "counts", source)


def refused(project: Project, content: bytes, **values: Any) -> str:
    with pytest.raises(DataError) as caught:
        read(project, content, **values)
    assert (project.sample / "f.zip").read_bytes() == content  # a raw file is never altered
    return str(caught.value)


def test_the_only_file_of_a_zip_needs_no_name(project: Project) -> None:
    clutter = {"__MACOSX/._t.csv": b"x", "folder/": b"", "folder/.DS_Store": b"x"}
    table = read(project, zipped({**clutter, "folder/t.csv": TABLE}))
    assert table.frame.to_dict("list") == {"a": ["1"], "b": ["2"]}
    assert table.notes[:-1] == ()


def test_one_of_several_files(project: Project) -> None:
    data = zipped({"2022/t.csv": TABLE, "2023/t.csv": b"a,b\n3,4\n", "readme.txt": b"x"})
    assert read(project, data, member="2023/t.csv").frame["a"].tolist() == ["3"]
    assert read(project, data, member="2023/t.csv").notes[0] == "The zip holds 2 other file(s), which are not read."
    assert "Name one as member: 2022/t.csv, 2023/t.csv, readme.txt." in refused(project, data)
    assert 'There is no file "2023/t.cvs" in the zip. Did you mean "2023/t.csv"?' in refused(
        project, data, member="2023/t.cvs"
    )


def test_formats_that_are_zips_themselves_inside_and_outside_a_zip(project: Project) -> None:
    book = xlsx([["a"], [1]])
    assert read(project, book, format="xlsx").frame["a"].tolist() == ["1"]
    assert read(project, zipped({"in.xlsx": book}), format="xlsx").frame["a"].tolist() == ["1"]
    inside = zipped({"d.json": b'{"rows": [{"a": 1}], "other": []}', "x.txt": b""})
    assert read(project, inside, format="json", member="d.json", layer="rows").frame["a"].tolist() == ["1"]


@pytest.mark.parametrize(
    "name", ["../evil.csv", "/etc/passwd", "a/../../b.csv", "C:\\evil.csv", "..\\evil.csv", "\\evil.csv"]
)
def test_a_name_that_leads_out_of_the_folder(project: Project, name: str) -> None:
    for member in (name, "t.csv"):
        message = refused(project, zipped({"t.csv": TABLE, name: TABLE}), member=member)
        assert "leads out of its folder" in message
        assert "evil" not in message


def test_a_link_in_a_zip(project: Project) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        link = zipfile.ZipInfo("t.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(link, "/etc/passwd")
    assert "leads out of its folder" in refused(project, stream.getvalue())


def test_a_zip_bomb(project: Project) -> None:
    begin = time.process_time()
    assert "unpacks to more than 250 times its size: a zip bomb" in refused(
        project, zipped({"t.csv": bytes(50_000_000)})
    )
    assert time.process_time() - begin < 5


def test_limits(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    data = zipped({f"{number}.csv": TABLE for number in range(4)})
    monkeypatch.setattr(archive, "MAX_MEMBERS", 3)
    assert "The zip has 4 members; at most 3 are read." in refused(project, data)
    monkeypatch.setattr(archive, "MAX_MEMBERS", 4)
    monkeypatch.setattr(archive, "MAX_UNPACKED", len(TABLE) * 4 - 1)
    assert "would grow to more than" in refused(project, data)


def test_what_a_zip_says_is_not_believed(project: Project) -> None:
    assert "longer than it says" in refused(project, lying_zip("t.csv", TABLE + b"3,4\n" * 1000, said=len(TABLE)))
    data = bytearray(zipped({"t.csv": TABLE}, zipfile.ZIP_STORED))
    data[data.index(TABLE)] ^= 1
    assert "A member of the zip is damaged." in refused(project, bytes(data))


def test_passwords_twins_and_damage(project: Project) -> None:
    data = bytearray(zipped({"t.csv": TABLE}))
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    assert "password-protected" in refused(project, bytes(data))
    twins = zipped({"t.csv": TABLE, "u.csv": TABLE}).replace(b"u.csv", b"t.csv")
    assert "names a member twice" in refused(project, twins)
    for end in (10, 40, len(data) - 5):
        assert "damaged zip" in refused(project, zipped({"t.csv": TABLE})[:end])
    assert "The zip is empty." in refused(project, zipped({}))


def test_another_way_of_packing_is_said() -> None:
    packed = open_archive(zipped({"t.csv": TABLE}, zipfile.ZIP_LZMA), "t")
    with pytest.raises(DataError, match="packed in a way that is not read"):
        packed.read("t.csv")


def test_every_byte_comes_out() -> None:
    content = bytes(range(256)) * 20_000
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        assert open_archive(zipped({"x.bin": content}, method), "t").read("x.bin") == content
    book = changed_member(xlsx([["a"]]), "docProps/app.xml", lambda _: b"")
    open_archive(book, "t").verify()
