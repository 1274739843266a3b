"""Data dictionaries that come with the data: XLSForm definitions, Frictionless schemas; merged with case.yaml."""
