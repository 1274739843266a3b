"""The opening: what is assessed, on what it rests, and the findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.report.blocks import Block, Callout, Finding, Findings, KeyFigures, Lead, Prose, Section, literal
from shared.report.prose import literal_code
from shared.report.words import USE_MEANINGS, USE_NAMES, USE_PHRASES, day, listing, percent, sentence, short_period

if TYPE_CHECKING:
    from shared.report.study import Study
    from shared.verdict.assess import UseResult


def heading(study: Study) -> Section:
    """Say what is assessed for which use, and how far the reader may take it."""
    case = study.case
    blocks: list[Block] = [Lead(literal(case.summary))]
    if case.synthetic is not None:
        seed = ""
        if case.synthetic.generator:
            seed = f" The made-up data come from `{literal_code(case.synthetic.generator)}`"
            seed += "." if case.synthetic.seed is None else f", seed {case.synthetic.seed}."
        blocks.append(Callout(f"{literal(case.synthetic.what)}{seed}", "An example with made-up data", "synthetic"))
    if not case.review.agreed_with_organisation:
        words = (
            f"{literal(sentence(case.review.basis))} What is *not known* here may be well known to the organisation: "
            "it has not been asked yet, and nothing below counts that against it."
        )
        blocks.append(Callout(words, "Not agreed with the organisation", "desk-review"))
    blocks.append(KeyFigures(_key_figures(study)))
    return Section(blocks)


def _key_figures(study: Study) -> list[tuple[str, str]]:
    case, policy = study.case, study.settings.policy
    figures = [(case.organisation.name, "who made the data")]
    rows = sum(len(study.rows(source)) for source in case.records)
    if rows:
        figures.append((f"{policy.rounded(rows):,}", "records that may be used for statistics"))
    elif case.tables:
        figures.append((f"{len(case.tables)}", "published tables"))
    figures.append((short_period(case.dates.reference_start, case.dates.reference_end), "reference period"))
    figures.append((day(study.settings.as_of), "assessed on"))
    return figures


def findings(study: Study) -> Section:
    """Answer the question first: the six uses, the intended ones on top, each with its reasons one click away."""
    results = study.assessment.uses
    wanted = {use.use: use for use in study.case.intended_uses}
    ordered = sorted(results, key=lambda r: (r.use != study.settings.use, r.use not in wanted))
    items = [_finding(result, _asked_by(study, result.use)) for result in ordered]
    closing = (
        "Each use is tested by itself; they are not steps of a ladder. *Not known* means that something is missing "
        "and says nothing against the data. Publishing the data on its own account is always open to the "
        "organisation and is not a lesser outcome."
    )
    return Section([Lead(_in_short(results)), Findings(items), Prose(closing), Prose(_label(study))])


def _in_short(results: tuple[UseResult, ...]) -> str:
    named = {
        status: [USE_PHRASES[r.use] for r in results if r.status == status]
        for status in ("met", "not_known", "not_met")
    }
    parts = []
    if named["met"]:
        parts.append(f"On the evidence so far these data can be used to **{listing(named['met'])}**.")
    if named["not_known"]:
        start = "Whether they can" if named["met"] else "Whether these data can"
        parts.append(
            f"{start} {listing(named['not_known'], 'or')} is **not known yet**: the open questions are listed below."
        )
    if named["not_met"]:
        parts.append(f"They do not yet meet what it takes to {listing(named['not_met'], 'or')}.")
    return " ".join(parts)


def _asked_by(study: Study, use: str) -> str:
    asked = [wanted for wanted in study.case.intended_uses if wanted.use == use]
    if not asked:
        return ""
    said = "; ".join(
        literal(w.statistic) + (f" (asked by: {literal(w.user.rstrip('.'))})" if w.user else "") for w in asked
    )
    return f"*Intended use:* {said}. "


def _finding(result: UseResult, asked: str) -> Finding:
    reasons: list[Block] = []
    if result.unmet:
        reasons.append(Prose("**What is not met**\n\n" + "\n".join(f"- {reason.text}" for reason in result.unmet)))
    if result.unknown:
        reasons.append(Prose("**What is not known**\n\n" + "\n".join(f"- {reason.text}" for reason in result.unknown)))
    return Finding(
        statement=f"{USE_NAMES[result.use]}: {USE_MEANINGS[result.use]}",
        verdict=result.status,
        detail=f"{asked}{how_sure(result)}",
        reasons=tuple(reasons),
        reasons_title=_count(len(result.unmet), len(result.unknown)),
    )


def _count(unmet: int, unknown: int) -> str:
    parts = [f"{unmet} not met"] if unmet else []
    parts += [f"{unknown} not known"] if unknown else []
    return f"Show the reasons ({', '.join(parts)})"


def how_sure(result: UseResult) -> str:
    """Say in one sentence how stable a verdict is."""
    if result.share_met is None or result.stability is None:
        return ""
    share = result.share_met if result.status == "met" else 1 - result.share_met
    word = "met" if result.status == "met" else "not met"
    return f"*How sure:* {result.stability}. The use is {word} in {percent(share, 0)} of the random draws."


def _label(study: Study) -> str:
    label = study.assessment.label
    return (
        f"**Label:** {label}. Under the Copenhagen Framework data count as *citizen data* when citizens started the "
        "initiative or had a working share of decisions in its design or collection. It is a description, not a mark "
        "of quality."
    )
