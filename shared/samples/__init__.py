"""Generators of the synthetic data that ship with the casebook, and the book of what was planted in them.

``python -m shared.samples`` writes the files below ``data/sample/`` again, byte for byte. This room imports nothing
of the casebook but its errors: the planted truth must not lean on the code that is tested against it.
"""
