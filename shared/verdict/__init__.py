"""Scores, profile, gates, uses, uncertainty and distance to use: from evidence to a verdict with its reasons."""
