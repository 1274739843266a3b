"""Judged indicators, evidence grades and the agreement of those who judge."""
