"""The scan of everything that is to leave: a finding names the file and the place, never the value."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.batch.kernel import SECRET
from shared.batch.scan_datasets import counted_in_words, dataset_findings, ledger_findings, result_findings
from shared.batch.scan_needles import Needles
from shared.batch.scan_text import Piece, pieces

TRACEBACK = re.compile(r"Traceback \(most recent call last\)|^\s*File \"[^\"]+\", line \d+", re.MULTILINE)
MOST_FINDINGS = 40
"""So many findings are listed; one is enough to refuse."""


@dataclass(frozen=True)
class Finding:
    """Something that must not leave: where it stands and what kind of thing it is."""

    place: str
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


@dataclass(frozen=True)
class Allowed:
    """What a file may hold, and what not.

    ledger   the outputs and the tables they were made from
    scripts  known to be the chart library
    folders  of this machine, to be named nowhere
    private  columns of records that case.yaml does not publish
    sizes    the numbers of records of the sources
    """

    ledger: Mapping[str, Any]
    scripts: frozenset[str] = frozenset()
    folders: tuple[str, ...] = ()
    private: frozenset[str] = frozenset()
    sizes: frozenset[int] = frozenset()


def scan(files: Mapping[str, bytes], needles: Needles, allowed: Allowed) -> list[Finding]:
    """Look through all files (name -> bytes) and return what must not leave, in the order of the files.

    Looked at are the texts, attributes, scripts, comments, styles and embedded data of each file, also those wrapped
    in one another: values that point at a record, figures below the threshold, data that no ledger entry stands
    behind, traces of errors, paths of this machine, and secrets of its environment.
    """
    found: dict[Finding, None] = {}
    hidden = _of_this_machine(allowed.folders)
    small = counted_in_words(allowed.ledger.get("counted", ()), str(allowed.ledger.get("policy", "")))
    for name, data in files.items():
        for piece in pieces(name, data, known=allowed.scripts):
            for finding in _in(piece, needles, hidden, small):
                found[finding] = None
        for place, what in _by_kind(name, data, allowed):
            found[Finding(place, what)] = None
    return list(found)[:MOST_FINDINGS]


def _by_kind(name: str, data: bytes, allowed: Allowed) -> Iterator[tuple[str, str]]:
    if name.endswith("report.html"):
        yield from dataset_findings(name, data.decode("utf-8"), allowed.ledger, allowed.private)
    if name.endswith("ledger.json"):
        yield from ledger_findings(name, allowed.ledger, allowed.private, allowed.sizes)
    if name.endswith("result.json"):
        yield from result_findings(name, data, allowed.ledger)


def _in(piece: Piece, needles: Needles, hidden: Mapping[str, str], small: re.Pattern[str] | None) -> Iterator[Finding]:
    if piece.kind == "script":
        yield Finding(piece.place, "a script that the casebook did not write")
    for column in dict.fromkeys(needles.found(piece.text, number=piece.number)):
        yield Finding(piece.place, f"a value of {column}")
    if piece.number:
        return
    if small is not None and small.search(piece.text):
        yield Finding(piece.place, "a count below the threshold, in words")
    if TRACEBACK.search(piece.text):
        yield Finding(piece.place, "the trace of an error")
    for value, what in hidden.items():
        if value in piece.text:
            yield Finding(piece.place, what)


def _of_this_machine(folders: Iterable[str]) -> dict[str, str]:
    """Return text -> what it is, for what tells of this machine: its folders, and secrets of the environment."""
    found = {str(folder): "a path of this machine" for folder in folders if len(str(folder)) > 4}
    home = str(Path.home())
    if len(home) > 5:
        found[f"{home}/"] = "a path of this machine"
    for name, value in os.environ.items():
        if SECRET.search(name) and len(value) >= 8:
            found[value] = "a secret of this machine's environment"
    return found
