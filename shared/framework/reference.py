"""The reference pages: one Markdown page an indicator and an index, generated from the register.

``python -m shared.framework.reference [FOLDER]`` writes them (without FOLDER into docs/reference of the project);
a test fails when what lies there differs from what the register says.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from shared.framework.register import LEVELS, Dimension, Indicator, Mark, Register, load_register

HOME = Path(__file__).resolve().parents[2] / "docs" / "reference"
MADE = "Made from the register by `python -m shared.framework.reference`; change the register, not this page."

SIGNS: dict[Mark, str] = {"P": "[P]", "dagger": "†", "double-dagger": "‡"}
MEANING: dict[Mark, str] = {
    "P": "this project's own proposal, not calibrated; a case study can change it with a reason",
    "dagger": "formula after the ESS quality guidelines, from expert memory: cite as “after ESS”",
    "double-dagger": "general expert knowledge, not checked in the text named",
}
KINDS = {"proportion": "for a proportion", "other": "for other estimates (coefficient of variation)"}
GRADES = (
    "How far a score counts depends on its evidence **[P]**: nothing seen (E0), not scored; said (E1), up to 2; "
    "document seen (E2), up to 3; independently checked (E3), up to 4. A score of 0 needs evidence of the bad "
    "state; a lack of evidence is *not known*."
)


def pages(register: Register) -> dict[str, str]:
    """Return file name -> Markdown text: ``index.md`` and one page for each indicator."""
    names = {dimension.id: dimension for dimension in register.dimensions}
    made = {f"{entry.id}.md": _page(register, names[entry.dimension], entry) for entry in register.indicators}
    return {"index.md": _index(register), **made}


def write_pages(folder: Path) -> list[Path]:
    """Write all pages into ``folder`` and take away pages of indicators that no longer exist."""
    folder.mkdir(parents=True, exist_ok=True)
    made = pages(load_register())
    for old in folder.glob("*.md"):
        if re.fullmatch(r"[A-Z]{3}-\d+\.md", old.name) and old.name not in made:
            old.unlink()
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return [folder / name for name in made]


def goalposts(entry: Indicator) -> str:
    """Say in words which value scores 0 and which 100."""
    if entry.report_only:
        return "shown only, not scored"
    between = "on a log scale" if entry.scale == "log" else "in proportion"
    parts = []
    for kind, (low, high) in entry.goalposts.items():
        whom = f"{KINDS[kind]} " if kind in KINDS else ""
        parts.append(f"{whom}{number(low)} scores 0 and {number(high)} scores 100")
    return f"{'; '.join(parts)}; values between {between}"


def number(value: float) -> str:
    """Write a number with at most four digits that matter."""
    return f"{value:.4g}"


def _page(register: Register, dimension: Dimension, entry: Indicator) -> str:
    found = _computed(entry) if entry.kind == "computed" else _judged(entry)
    marks = [f"- {SIGNS[mark]} {MEANING[mark]}." for mark in entry.marks]
    cited = [f"- {reference.key}: {reference.text}." for reference in register.cited(entry)]
    lines = [
        f"# {entry.id} · {entry.name}",
        "",
        f"[{dimension.id} · {dimension.name}](index.md#{dimension.id.lower()}) · {entry.level_name} · {entry.kind}",
        "",
        f"**In plain words.** {entry.plain}",
        "",
        "## What it means",
        "",
        f"{entry.definition}{f' {entry.note}' if entry.note else ''}",
        "",
        *found,
        "## Advice for the organisation",
        "",
        entry.advice_organisation,
        "",
        "## Advice for the user of the figure",
        "",
        entry.advice_user,
        "",
        "## When it is not known",
        "",
        "It is shown as *not known*, which is not a bad result. What to ask the organisation:",
        "",
        f"> {entry.question}",
        "",
        "## What would raise it",
        "",
        f"{entry.ask} This is a task for {entry.whom}.",
        "",
        "## Source",
        "",
        f"{entry.source}",
        "",
        *([*cited, *marks, ""] if cited or marks else []),
        "---",
        "",
        f"{MADE} Register {register.version}.",
    ]
    return "\n".join(lines) + "\n"


def _computed(entry: Indicator) -> list[str]:
    facts = {
        "Formula": f"`{entry.formula}`",
        "Numerator": entry.numerator,
        "Denominator": entry.denominator,
        "Counted": entry.counted,
        "Inputs": entry.inputs,
        "Unit": entry.unit,
    }
    proposal = "" if entry.report_only else "[P] "
    lines = ["## How it is found", ""]
    lines += [f"- **{name}:** {text}" for name, text in facts.items() if text]
    lines += [f"- **Goalposts:** {proposal}{goalposts(entry)}", ""]
    example = entry.worked_example
    if example is not None:
        lines += ["## Worked example", "", example.text, "", f"Value: **{number(example.expected)}**"]
        if not entry.report_only:
            score = entry.score(example.expected, example.kind)
            lines[-1] += f", which the goalposts turn into a score of {score:.0f} of 100"
        lines[-1] += "."
        lines.append("")
    return lines


def _judged(entry: Indicator) -> list[str]:
    rows = [f"| {score} | {25 * score} | {_cell(anchor)} |" for score, anchor in enumerate(entry.anchors)]
    head = ["## How it is judged", "", "Anchors **[P]**:", "", "| score | of 100 | when |", "|---|---|---|"]
    return [*head, *rows, "", GRADES, ""]


def _index(register: Register) -> str:
    computed, judged = len(list(register.computed())), len(list(register.judged()))
    lines = [
        "# The indicators",
        "",
        f"{len(register.indicators)} indicators in {len(register.dimensions)} dimensions: {computed} computed from "
        f"data and {judged} judged against anchors. {LEVELS[1]} indicators are asked of every source, "
        f"{LEVELS[2]} and {LEVELS[3]} ones where more depends on the figure.",
        "",
        "What is assessed is one source for one statistic and one use, never the organisation. An indicator without "
        "a value is *not known*, which is not a bad result; its page says what to ask.",
        "",
        "Marks:",
        "",
        *(f"- {SIGNS[mark]} {meaning}." for mark, meaning in MEANING.items()),
        "",
        GRADES,
        "",
    ]
    phase = ""
    for dimension in register.dimensions:
        if dimension.phase != phase:
            phase = dimension.phase
            lines += [f"## {phase}", ""]
        lines += [f'<a id="{dimension.id.lower()}"></a>', "", f"### {dimension.id} · {dimension.name}", ""]
        lines += ["| indicator | level | found | in plain words | goalposts or scale | marks |"]
        lines += ["|---|---|---|---|---|---|"]
        lines += [_row(entry) for entry in register.of(dimension.id)]
        lines.append("")
    lines += ["---", "", f"{MADE} Register {register.version}."]
    return "\n".join(lines) + "\n"


def _row(entry: Indicator) -> str:
    scale = goalposts(entry) if entry.kind == "computed" else "0 to 4, five anchors"
    marks = " ".join(SIGNS[mark] for mark in entry.marks)
    link = f"[{entry.id} {entry.name}]({entry.id}.md)"
    cells = (link, entry.level_name, entry.kind, entry.plain, scale, marks)
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _cell(text: str) -> str:
    """A text inside a table: a bar would end the cell."""
    return text.replace("|", "\\|")


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else HOME
    print(f"{len(write_pages(target))} pages written")
