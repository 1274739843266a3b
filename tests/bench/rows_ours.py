"""The counts as the casebook makes them, by the names that the queries written by hand give them."""

from __future__ import annotations

from shared.measures.one_pass import Table, count_all
from shared.sources.open_large import open_table
from tests.bench.rows_data import source


def ours(path: str) -> dict[str, object]:
    """Return the counts as the casebook makes them from a file."""
    about = source(path)
    tables = [Table(("district", "sex")), Table(("need",)), Table(("nationality",)), Table(("age",))]
    found = count_all(open_table(path, about), about, tables=tables, units=False)
    counts = found.counts
    made: dict[str, object] = {"records": counts.records, "complete": counts.complete, "distinct": counts.distinct}
    made |= {"some": counts.judged, "none": counts.consistent}
    made |= {f"has {v.column}": v.present for v in counts.variables}
    made |= {f"ok {v.column}": v.valid for v in counts.variables}
    made |= {f"judged {e.id}": e.judged for e in counts.edits} | {f"kept {e.id}": e.passed for e in counts.edits}
    made["applies"] = next(v.applicable for v in counts.variables if v.column == "closed")
    made["groups"] = [len(found.tables[table]) for table in tables]
    return made
