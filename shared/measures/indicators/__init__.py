"""From a case study and its data to measurements: one module a dimension, one function an indicator."""
