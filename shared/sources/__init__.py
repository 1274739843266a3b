"""Bytes become tidy tables: found, compared with their hash, read, brought to the declared form, losses listed."""
