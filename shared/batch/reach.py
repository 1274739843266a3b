"""Which files of the package a notebook can reach, found by following import statements.

Every statement counts, also those inside functions. Of a package that hands out its names one by one
(``__getattr__``, as ``shared`` itself does) only the names that are asked for are followed.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from shared.batch.inputs import InputCache

ROOT = "shared"
EVERYTHING = "shared.*"
NO_CONTENT = {"py.typed"}


class Package:
    """The files of the package, each read once a run (and not at all while it has not changed)."""

    def __init__(self, folder: Path, cache: InputCache) -> None:
        self.files = {name: digest for name, digest in cache.folder(folder).items() if name not in NO_CONTENT}
        self._facts: dict[str, dict[str, Any]] = {}
        for name, digest in self.files.items():
            if name.endswith(".py"):
                self._facts[name] = cache.known("imports", digest, functools.partial(_facts, folder / name))
        self._data = [name for name in self.files if not name.endswith(".py")]
        mentioned = {text for facts in self._facts.values() for text in facts["texts"]}
        self._reached: dict[tuple[frozenset[str], frozenset[str]], dict[str, str]] = {}
        self._for_all = [name for name in self._data if not _names(name) & mentioned]

    def reached(self, names: Iterable[str], *, without: Collection[str] = ()) -> dict[str, str]:
        """Return file -> hash for all that importing ``names`` can load, but not what lies behind ``without``.

        A name is ``shared.room.module`` or a name inside one. Files that are no code belong to the modules that
        name them or their folder; one that no module names belongs to everything.
        """
        question = frozenset(names), frozenset(without)
        if question not in self._reached:
            self._reached[question] = self._follow(*question)
        return self._reached[question]

    def _follow(self, names: Collection[str], without: Collection[str]) -> dict[str, str]:
        to_do = [name for name in names if name.split(".")[0] == ROOT]
        if EVERYTHING in to_do:
            return dict(self.files)
        seen: set[str] = set()
        done: set[str] = set()
        while to_do:
            name = to_do.pop()
            if name in done or any(name == end or name.startswith(f"{end}.") for end in without):
                continue
            done.add(name)
            for file in self._loaded_by(name):
                if file not in seen:
                    seen.add(file)
                    to_do += self._facts[file]["imports"]
            to_do += self._handed_out(name)
        texts = {text for file in seen for text in self._facts[file]["texts"]}
        data = [name for name in self._data if _names(name) & texts]
        return {name: self.files[name] for name in sorted({*seen, *data, *self._for_all})}

    def _loaded_by(self, name: str) -> list[str]:
        """Return the modules that importing ``name`` executes: the packages on the way, and the module."""
        steps = name.split(".")[1:]
        ways = ["/".join(steps[:n]) for n in range(len(steps) + 1)]
        candidates = [f"{way}/__init__.py".lstrip("/") for way in ways] + [f"{way}.py" for way in ways if way]
        return [file for file in candidates if file in self._facts]

    def _handed_out(self, name: str) -> list[str]:
        """Return where a package that hands out its names one by one has this one from; all, when it is the package."""
        owner, _, wanted = name.rpartition(".")
        offered = self._offers(owner)
        found = [offered[wanted]] if wanted in offered else []
        return found + (list(self._offers(name).values()) if name != ROOT else [])

    def _offers(self, module: str) -> Mapping[str, str]:
        facts = self._facts.get("/".join([*module.split(".")[1:], "__init__.py"]))
        offers: Mapping[str, str] = facts["offers"] if facts else {}
        return offers


def imports_of(code: str) -> list[str]:
    """Return the names of this package that a piece of code imports; ``shared.*`` for the whole of it.

    Lines that only IPython understands are passed over; code that is no Python counts as importing everything.
    """
    lines = [line for line in code.splitlines() if not line.lstrip().startswith(("%", "!"))]
    try:
        tree = ast.parse("\n".join(lines))
    except SyntaxError:
        return [EVERYTHING]
    return _imports(tree, whole_package=True)


def _facts(path: Path) -> dict[str, Any]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {id(node) for test in ast.walk(tree) if _is_type_checking(test) for node in ast.walk(test)}
    lazy = any(isinstance(node, ast.FunctionDef) and node.name == "__getattr__" for node in tree.body)
    offers = {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and id(node) in for_types
        for alias in node.names
    }
    texts = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    short = sorted(text for text in texts if 0 < len(text) < 60 and not any(c.isspace() for c in text))
    return {"imports": _imports(tree, skip=for_types), "offers": offers if lazy else {}, "texts": short}


def _is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _imports(tree: ast.AST, *, skip: Collection[int] = (), whole_package: bool = False) -> list[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in skip:
            continue
        if isinstance(node, ast.Import):
            found |= {EVERYTHING if whole_package and a.name == ROOT else a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return sorted(name for name in found if name.split(".")[0] == ROOT)


def _names(data: str) -> set[str]:
    """Return the names by which a module can mean a data file: its own, and those of folders inside the rooms."""
    parts = PurePosixPath(data).parts
    return {parts[-1], *parts[1:-1]}
