"""Computed indicators: pure functions over counts, and one Measurement for each register entry."""
