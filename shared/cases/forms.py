"""How a survey tool's form and its export belong together, as case.yaml declares it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from shared.cases.columns import Strict


class XlsForm(Strict):
    """An XLSForm definition (xlsx, xls or csv) beside the export of KoboToolbox, ODK, Ona or SurveyCTO.

    ``headers`` and ``answers`` say whether the export holds the form's names or its labels (of ``language``);
    ``groups`` what stands between the names of groups and of the question in a heading, null where headings have no
    group; ``choices`` how questions with several answers are exported: in one column separated by spaces, in one
    column of 1 and 0 for each choice, or both; ``absent`` names questions that are not in the file.
    """

    file: str
    headers: Literal["names", "labels"] = "names"
    answers: Literal["names", "labels"] = "names"
    language: str | None = None
    groups: str | None = Field("/", min_length=1, max_length=2)
    choices: Literal["together", "split", "both"] = "both"
    absent: tuple[str, ...] = ()
