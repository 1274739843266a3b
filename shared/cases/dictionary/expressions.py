"""The simple part of XPath in which survey forms say when a question is asked and what a valid answer is.

Only what has an exact counterpart in case.yaml is translated; everything else is returned as it stands, to be
reported. Grammar: XLSForm (relevant, constraint) on top of XPath 1.0; the words are cut by pyxform's own lexer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pyxform.parsing.expression import parse_expression

Token = tuple[str, str]
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


@dataclass(frozen=True)
class Relevance:
    """A question is asked when ``question`` was answered with one of ``values`` (None: with anything)."""

    question: str
    values: tuple[str, ...] | None


@dataclass
class Constraint:
    """What a valid answer is, clause by clause; ``left_over`` are the clauses that could not be translated.

    ``compared`` are comparisons with another question or with a number that case.yaml has no other word for:
    (sign, name of the question or None, number or None).
    """

    minimum: float | None = None
    maximum: float | None = None
    pattern: str | None = None
    not_before: str | None = None
    not_after: str | None = None
    compared: list[tuple[str, str | None, float | None]] = field(default_factory=list)
    left_over: list[str] = field(default_factory=list)


def relevance(text: str) -> Relevance | None:
    """Translate ``${q} = 'a'``, ``selected(${q}, 'a')``, ``${q} != ''`` and alternatives (``or``) on one question."""
    found = [_one_relevance(part) for part in _split(_bare(_tokens(text)), "or")]
    first = found[0]
    if first is None or any(one is None or one.question != first.question for one in found):
        return None
    if any(one is not None and one.values is None for one in found):
        return Relevance(first.question, None)
    values = [value for one in found if one is not None for value in one.values or ()]
    return Relevance(first.question, tuple(dict.fromkeys(values)))


def constraint(text: str, *, whole: bool) -> Constraint:
    """Translate the clauses joined by ``and``; ``whole`` says that answers are whole numbers (so that > 0 is >= 1)."""
    result = Constraint()
    for clause in _split(_bare(_tokens(text)), "and"):
        if not _clause(_bare(clause), result, whole):
            result.left_over.append(" ".join(value.strip() for _, value in clause))
    return result


def _clause(clause: list[Token], result: Constraint, whole: bool) -> bool:
    if _is(clause, "regex(", ".", ",", "LITERAL", ")"):
        if result.pattern is not None:
            return False
        result.pattern = clause[3][1][1:-1]
        return True
    signs = [at for at, (kind, _) in enumerate(clause) if kind == "OPS_COMP"]
    if len(signs) != 1:
        return False
    left, sign, right = clause[: signs[0]], clause[signs[0]][1], clause[signs[0] + 1 :]
    if not _holds_self(left):
        left, sign, right = right, _TURNED[sign], left
    if _is(left, "."):
        return _compare(sign, right, result, whole)
    if _is(left, "string-length(", ".", ")") and (length := _number(right)) is not None and result.pattern is None:
        made = _length(sign, int(length)) if length.is_integer() else None
        result.pattern = made
        return made is not None
    return False


def _compare(sign: str, right: list[Token], result: Constraint, whole: bool) -> bool:
    """``. <= something``: a number, a day, or another question."""
    if (number := _number(right)) is not None:
        if whole and sign in ("<", ">") and number.is_integer():
            number, sign = (number - 1, "<=") if sign == "<" else (number + 1, ">=")
        if sign == ">=":
            result.minimum = number if result.minimum is None else max(number, result.minimum)
        elif sign == "<=":
            result.maximum = number if result.maximum is None else min(number, result.maximum)
        elif sign in ("<", ">"):
            result.compared.append((sign, None, number))
        else:
            return False
        return True
    if (day := _day(right)) is not None and sign in ("<=", ">="):
        if sign == ">=":
            result.not_before = max(day, result.not_before or day)
        else:
            result.not_after = min(day, result.not_after or day)
        return True
    if (question := _question(right)) is not None and sign in ("<", "<=", ">", ">="):
        result.compared.append((sign, question, None))
        return True
    return False


def _one_relevance(part: list[Token]) -> Relevance | None:
    part = _bare(part)
    if part and part[0][1] == "selected(" and part[-1][1] == ")":
        inside = part[1:-1]
        commas = [at for at, (kind, _) in enumerate(inside) if kind == "COMMA"]
        if len(commas) == 1:
            question, value = _question(inside[: commas[0]]), _literal(inside[commas[0] + 1 :])
            return None if question is None or not value else Relevance(question, (value,))
        return None
    signs = [at for at, (kind, _) in enumerate(part) if kind == "OPS_COMP"]
    if len(signs) != 1:
        return None
    left, sign, right = part[: signs[0]], part[signs[0]][1], part[signs[0] + 1 :]
    question, value = _question(left), _literal(right)
    if question is None:
        question, value = _question(right), _literal(left)
    if question is None or value is None:
        return None
    if sign == "=" and value != "":
        return Relevance(question, (value,))
    return Relevance(question, None) if sign == "!=" and value == "" else None


def _tokens(text: str) -> list[Token]:
    """Cut an expression into words: two signs that belong together are one, spaces are gone."""
    words: list[Token] = []
    for token in parse_expression(text):
        kind, value = _kind(token), str(token.value)
        if kind == "WHITESPACE":
            continue
        if kind == "OPS_COMP" and words and words[-1][0] == "OPS_COMP":
            words[-1] = ("OPS_COMP", words[-1][1] + value)
        elif value.strip() in ("and", "or") and kind in ("OPS_BOOL", "NAME"):
            words.append(("OPS_BOOL", value.strip()))
        else:
            words.append((kind, value))
    return words


def _kind(token: Any) -> str:
    return str(token.type)


def _split(words: list[Token], at: str) -> list[list[Token]]:
    """Cut at a word outside brackets; an expression that also has the other word there is left whole."""
    parts: list[list[Token]] = [[]]
    depth, other = 0, False
    for kind, value in words:
        depth += value.endswith("(") - (kind == "CLOSE_PAREN")
        if kind == "OPS_BOOL" and depth == 0:
            other = other or value != at
            if value == at:
                parts.append([])
                continue
        parts[-1].append((kind, value))
    return [words] if other else parts


def _bare(words: list[Token]) -> list[Token]:
    """Take away brackets around the whole."""
    while len(words) > 1 and words[0][0] == "OPEN_PAREN" and words[-1][0] == "CLOSE_PAREN":
        depth = 0
        for at, (kind, value) in enumerate(words):
            depth += value.endswith("(") - (kind == "CLOSE_PAREN")
            if depth == 0 and at < len(words) - 1:
                return words
        words = words[1:-1]
    return words


def _is(words: list[Token], *wanted: str) -> bool:
    return len(words) == len(wanted) and all(
        kind == "SYSTEM_LITERAL" if want == "LITERAL" else value == want
        for (kind, value), want in zip(words, wanted, strict=True)
    )


def _holds_self(words: list[Token]) -> bool:
    return any(kind == "SELF_REF" for kind, _ in words)


def _question(words: list[Token]) -> str | None:
    """The name in ``${name}`` or ``../name``."""
    if len(words) == 1 and words[0][0] == "PYXFORM_REF" and "#" not in words[0][1]:
        return words[0][1][2:-1]
    relative = (
        len(words) >= 3 and words[-1][0] == "NAME" and {kind for kind, _ in words[:-1]} == {"PARENT_REF", "PATH_SEP"}
    )
    return words[-1][1] if relative else None


def _literal(words: list[Token]) -> str | None:
    if len(words) == 1 and words[0][0] == "SYSTEM_LITERAL":
        return words[0][1][1:-1]
    number = _number(words)
    return None if number is None else words[-1][1]


def _number(words: list[Token]) -> float | None:
    if len(words) == 1 and words[0][0] == "NUMBER":
        return float(words[0][1])
    if len(words) == 1 and words[0][0] == "SYSTEM_LITERAL":
        try:
            return float(words[0][1][1:-1])
        except ValueError:
            return None
    return None


def _day(words: list[Token]) -> str | None:
    if _is(words, "date(", "LITERAL", ")"):
        text = words[1][1][1:-1]
        return text if len(text) == 10 and text[4] == text[7] == "-" else None
    return None


def _length(sign: str, length: int) -> str | None:
    lengths = {
        "=": f"{{{length}}}", "<=": f"{{0,{length}}}", "<": f"{{0,{length - 1}}}",
        ">=": f"{{{length},}}", ">": f"{{{length + 1},}}",
    }  # fmt: skip
    return f"[\\s\\S]{lengths[sign]}" if sign in lengths else None
