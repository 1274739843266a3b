"""The case-study definition: ``case.yaml`` and ``judgements.csv`` become one checked ``CaseStudy``."""
