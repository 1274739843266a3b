"""What code in a notebook may not do, read from its syntax tree: a notebook tells, the package computes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

ALLOWED_ROOTS = ("shared", "IPython")
_FORBIDDEN = {
    "open": "reads or writes a file",
    "exec": "runs code from a text",
    "eval": "runs code from a text",
    "compile": "runs code from a text",
    "__import__": "imports a package",
    "get_ipython": "talks to the machine",
}
_FILE_VERBS = ("read_", "write_", "to_csv", "to_excel", "to_parquet", "to_json", "to_pickle", "to_html", "savefig")

CodeProblem = tuple[str, int, str]


def code_problems(text: str) -> Iterator[CodeProblem]:
    """Yield (problem, line, hint) for everything in a code cell that belongs into the package or nowhere.

    Refused: functions, classes and named lambdas; imports other than from ``shared`` and ``IPython``; opening,
    reading or writing files; running code from a text; IPython magics and shell commands (they are not Python).
    """
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        yield "This is not plain Python.", error.lineno or 1, "Magics (%) and shell commands (!) are not allowed."
        return
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            what = "class" if isinstance(node, ast.ClassDef) else "function"
            yield f'A {what} ("{node.name}") is defined in the notebook.', line, "Put it into the package, with a test."
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr)) and isinstance(node.value, ast.Lambda):
            yield "A function (lambda) is defined in the notebook.", line, "Put it into the package, with a test."
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for module in _modules(node):
                if module.split(".")[0] not in ALLOWED_ROOTS:
                    yield f'"{module}" is imported.', line, "Only shared and IPython may be imported in a notebook."
        elif isinstance(node, ast.Name) and node.id in _FORBIDDEN:
            yield f'"{node.id}" {_FORBIDDEN[node.id]}.', line, "Files and code are read by the package alone."
        elif isinstance(node, ast.Attribute) and (node.attr == "open" or node.attr.startswith(_FILE_VERBS)):
            yield f'"{node.attr}" reads or writes a file.', line, "Data come from the study: study.table(...)."


def _modules(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return ["." * node.level + (node.module or "")]
