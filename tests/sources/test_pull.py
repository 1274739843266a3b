"""Downloads arrive whole and right, or not at all (against a server on this machine)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from shared.cases.model import CaseStudy
from shared.cases.project import Project
from shared.errors import DataError, DataMissing
from shared.sources import pull as pull_module
from shared.sources.pull import download, pull
from tests.cases.example import definition, make_project, sha256

CONTENT = b"a,b\n1,2\n" * 1000


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/gone.csv":
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT[:3000] if self.path == "/cut.csv" else CONTENT)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("NO_PROXY", "*")
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


LOOPBACK = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]


class TestDownload:
    pytestmark = LOOPBACK

    def test_a_file_arrives(self, server: str, tmp_path: Path) -> None:
        path = tmp_path / "deep" / "x.csv"
        assert download(f"{server}/x.csv", path, sha256(CONTENT)) == len(CONTENT)
        assert path.read_bytes() == CONTENT
        assert [p.name for p in path.parent.iterdir()] == ["x.csv"]

    @pytest.mark.parametrize(
        ("name", "digest", "expected"),
        [
            ("x.csv", "0" * 64, "not the one that case.yaml means"),
            ("gone.csv", sha256(CONTENT), "answered with 404"),
            ("cut.csv", sha256(CONTENT), "The connection broke off"),
        ],
    )
    def test_anything_else_leaves_what_was_there(
        self, server: str, tmp_path: Path, name: str, digest: str, expected: str
    ) -> None:
        path = tmp_path / "x.csv"
        path.write_bytes(b"old")
        with pytest.raises(DataError, match=expected):
            download(f"{server}/{name}", path, digest)
        assert path.read_bytes() == b"old"
        assert [p.name for p in tmp_path.iterdir()] == ["x.csv"]

    def test_no_server(self, server: str, tmp_path: Path) -> None:
        with pytest.raises(DataError, match=r"no connection to the server.*CASEBOOK_MIRROR"):
            download("http://127.0.0.1:9/x.csv", tmp_path / "x.csv", "0" * 64)
        assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot be written"):
        download("http://127.0.0.1:9/x.csv", tmp_path / "file" / "x.csv", "0" * 64)


def case(slug: str = "one", *names: str) -> CaseStudy:
    data: dict[str, Any] = definition() | {"slug": slug}
    census = data["sources"]["census"]
    del census["path"]
    data["sources"] = {
        name: census | {"url": f"https://example.org/{name}.csv", "sha256": sha256(CONTENT)} for name in names
    } | {"shipped": census | {"path": "data/sample/none.csv", "sha256": "0" * 64}}
    return CaseStudy.model_validate(data)


def test_only_what_is_missing_is_fetched_and_only_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mirror" / "example.org").mkdir(parents=True)
    project = make_project(tmp_path / "p", mirror=tmp_path / "mirror")
    (tmp_path / "mirror" / "example.org" / "here.csv").write_bytes(CONTENT)
    asked: list[str] = []

    def fake(url: str, path: Path, digest: str) -> int:
        asked.append(url)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.write_bytes(CONTENT)

    monkeypatch.setattr(pull_module, "download", fake)
    lines: list[str] = []
    pulled = pull(project, [case("one", "here", "there"), case("two", "there")], lines.append)
    assert asked == ["https://example.org/there.csv"]
    assert [(one.slug, one.source_id, one.size) for one in pulled] == [("one", "there", len(CONTENT))]
    assert pulled[0].path == project.downloads / "example.org" / "there.csv"
    assert lines == ["one: there: 8,000 bytes"]
    assert pull(project, [case("one", "here", "there")], lines.append) == []


def test_a_failure_stops_no_other_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project: Project = make_project(tmp_path)

    def fake(url: str, path: Path, digest: str) -> int:
        if "bad" in url:
            raise DataError("There is no connection to the server.", where=url, hint="Use a mirror.")
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.write_bytes(CONTENT)

    monkeypatch.setattr(pull_module, "download", fake)
    with pytest.raises(DataMissing) as caught:
        pull(project, [case("one", "bad", "good", "bad2")], lambda line: None)
    assert str(caught.value).startswith("2 file(s) could not be fetched, 1 were:")
    assert len(caught.value.faults) == 2
    assert (project.downloads / "example.org" / "good.csv").is_file()
