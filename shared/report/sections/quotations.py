"""What people said, in a table of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.protect import quotations as protected
from shared.report.blocks import Prose, Section
from shared.report.datatable import DataTable

if TYPE_CHECKING:
    from shared.report.study import Study


def quotations(study: Study, title: str) -> Section:
    """Return the quotations that may be printed; raises ``ProtectionError`` where one is not masked or reviewed."""
    rules = study.case.quotations
    frame = study.rows(rules.source) if rules is not None else study.rows(next(iter(study.case.sources)))
    table = protected.quotations(study.project, study.case, frame, study.settings.policy, title=title)
    said = "Each was marked publishable, masked by declared rules, and read by a second person before it was printed."
    return Section([Prose(said), DataTable(table)], heading=title)
