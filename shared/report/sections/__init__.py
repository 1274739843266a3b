"""The sections of a report, one function each: a ``Study`` in, a ``Section`` out."""
