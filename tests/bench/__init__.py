"""Measurements of what the casebook costs (``make bench``). No test: nothing here passes or fails by the clock."""
