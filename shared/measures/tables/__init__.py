"""Published tables held against each other: one module a question, put together by ``shared.measures.table_checks``."""
