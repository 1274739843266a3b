"""Which files of the package a notebook can reach: on a made-up package by hand, and on the real one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shared.batch.inputs import InputCache
from shared.batch.key import EXECUTION, PAGE, READ_BY_CODE, package_folder
from shared.batch.reach import Package, imports_of
from tests.conftest import ROOT

FILES = {
    "__init__.py": (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from shared.study.open import open_case\n"
        "    from shared.look.panel import explorer\ndef __getattr__(name): ...\n"
    ),
    "errors.py": "",
    "study/__init__.py": "",
    "study/open.py": "from shared import errors\ndef open_case():\n    from shared.rules.read import rules\n",
    "study/unused.py": "",
    "look/__init__.py": "",
    "look/panel.py": "import shared.look.style\n",
    "look/style.py": "SHEET = 'style.css'",
    "look/style.css": "",
    "rules/__init__.py": "from shared.rules.model import Rules\n",
    "rules/model.py": "",
    "rules/read.py": "open('rules.json')\nfolder / 'tables'",
    "rules/rules.json": "",
    "rules/tables/areas.csv": "",
    "rules/nobody.json": "",
    "charts/__init__.py": "from shared.charts.bars import bar",
    "charts/bars.py": "",
    "py.typed": "",
}
OPEN = {
    "__init__.py", "errors.py", "study/__init__.py", "study/open.py", "rules/__init__.py", "rules/model.py",
    "rules/read.py", "rules/rules.json", "rules/tables/areas.csv", "rules/nobody.json",
}  # fmt: skip


@pytest.fixture
def package(tmp_path: Path) -> Package:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Package(tmp_path, InputCache())


@pytest.mark.parametrize(
    ("code", "reached"),
    [
        ("from shared import open_case", OPEN),
        ("x = 1", {"rules/nobody.json"}),
        (
            "from shared import explorer",
            {
                "__init__.py",
                "look/__init__.py",
                "look/panel.py",
                "look/style.py",
                "look/style.css",
                "rules/nobody.json",
            },
        ),
        ("from shared import charts", {"__init__.py", "charts/__init__.py", "charts/bars.py", "rules/nobody.json"}),
        ("import shared.charts.bars", {"__init__.py", "charts/__init__.py", "charts/bars.py", "rules/nobody.json"}),
        ("import shared", set(FILES) - {"py.typed"}),
        ("from shared import *", set(FILES) - {"py.typed"}),
        ("this is no Python", set(FILES) - {"py.typed"}),
        ("%matplotlib inline\n!ls\nimport json", {"rules/nobody.json"}),
    ],
)
def test_imports_are_followed(package: Package, code: str, reached: set[str]) -> None:
    assert set(package.reached(imports_of(code))) == reached


def test_what_lies_behind_a_border_is_left_out(package: Package) -> None:
    kept = set(package.reached(["shared.open_case"], without=["shared.rules"]))
    assert kept == {"__init__.py", "errors.py", "study/__init__.py", "study/open.py", "rules/nobody.json"}


def test_the_real_package_a_notebook_reaches_what_makes_its_report_and_not_the_runner() -> None:
    package = Package(package_folder(), InputCache())
    reached = set(package.reached([*imports_of("from shared import explorer, open_case"), *EXECUTION], without=PAGE))
    assert {
        "report/study.py", "measures/case.py", "verdict/assess.py", "framework/register.json", "framework/uses.json",
        "protect/policies.json", "report/blocks.css", "sources/read.py", "explore/panel.py", "batch/safe_errors.py",
        "maps/choropleth.py", "sources/geography/tables.py", "batch/result.schema.json", "batch/execute.py",
    } <= reached  # fmt: skip
    assert not reached & {
        "cli/running.py", "batch/pool.py", "batch/turns.py", "batch/index_page.py", "batch/render.py",
        "cases/scaffold.py", "sources/pull.py", "samples/casework.py", "explore/lab.py",
        "report/template/index.html.j2",
    }  # fmt: skip
    page = set(package.reached(PAGE))
    assert {"batch/render.py", "report/style.css", "report/template/index.html.j2", "report/page.py"} <= page


def test_every_module_that_reads_outside_the_package_is_known() -> None:
    """A path built from ``__file__`` leads to bytes that no key would cover, unless it is listed."""
    allowed = {
        "cases/project.py",  # finds the project's own folder
        "framework/reference.py",  # writes pages of the documentation
        *READ_BY_CODE,
    }
    found = {
        path.relative_to(ROOT / "shared").as_posix()
        for path in (ROOT / "shared").rglob("*.py")
        if re.search(r"__file__\)[^\n]*\.parents\[", path.read_text(encoding="utf-8"))
    }
    assert found - allowed == set()
    assert all((ROOT / folder).is_dir() for folder in READ_BY_CODE.values())
