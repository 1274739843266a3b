"""Sections of a case study as blocks that show themselves, and the page they stand in."""
