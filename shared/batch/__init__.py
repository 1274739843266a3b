"""Run notebooks in worker processes, keep what they give, and list it. Nothing is imported before it is used."""
