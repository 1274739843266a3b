"""The closing sections: limitations and the organisation's reply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.report.blocks import Block, Callout, Prose, Section, literal
from shared.report.words import day, sentence

if TYPE_CHECKING:
    from shared.report.study import Study


def limitations(study: Study) -> Section:
    """List the limits named in case.yaml, the caveats of each comparison, and what is always true of the method."""
    case = study.case
    said = [*case.limitations, *(f"{margin.label}: {margin.caveat}" for margin in case.margins if margin.caveat)]
    said.append(
        "Goalposts, floors and weights marked [P] are proposals that have not been calibrated against many cases; "
        "the report shows how far the verdict depends on them."
    )
    if case.features.selection != "probability sample":
        said.append(
            "The source is not a random sample, so intervals show only the play of chance in numbers of this size; "
            "the comparison with official statistics shows what selection may add."
        )
    return Section([Prose("\n".join(f"- {literal(line)}" for line in said))])


def reply(study: Study) -> Section:
    """Print what the organisation said, or that it has not been asked."""
    review = study.case.review
    basis = Prose(f"What this assessment rests on: {literal(sentence(review.basis))}")
    if review.organisation_reply:
        when = f"{study.case.organisation.name}, {day(review.reply_date)}"
        return Section([basis, Callout(literal(review.organisation_reply), when)])
    if review.agreed_with_organisation:
        return Section(
            [basis, Prose("The organisation has seen and agreed this assessment and sent no further reply.")]
        )
    blocks: list[Block] = [
        basis,
        Callout(
            "The organisation has not been asked yet. Its reply belongs here, and stands beside the assessment "
            "word for word, also where it disagrees.",
            "This space is the organisation’s",
        ),
    ]
    return Section(blocks)
