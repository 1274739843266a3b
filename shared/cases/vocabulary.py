"""The controlled lists of the features profile (framework section 2) and of the uses (section 7)."""

from __future__ import annotations

from typing import Literal

OrganisationType = Literal[
    "charity", "community group", "coalition", "campaigning body", "service provider",
    "social enterprise", "human-rights institution", "academic partner",
]  # fmt: skip
InitiativeType = Literal[
    "community survey", "score card", "service records", "casework notes", "participatory mapping",
    "citizen science or crowdsourcing", "social audit", "interviews or focus groups", "complaints or reports",
]  # fmt: skip
Purpose = Literal["advocacy", "service delivery", "monitoring", "research", "accountability"]
Content = Literal["quantitative", "qualitative", "mixed"]
Unit = Literal["person", "household", "family", "organisation", "place", "event", "observation"]
Selection = Literal[
    "census of members", "probability sample", "quota", "purposive", "snowball", "self-selected",
    "administrative by-product", "passive digital",
]  # fmt: skip
Mode = Literal["face-to-face", "telephone", "web", "paper", "app", "sensor", "transcript"]
Consent = Literal["explicit statistical", "broad", "service only", "none", "not known"]
Access = Literal["micro-data", "pseudonymised", "aggregate tables", "read-only", "publication only"]
Overlap = Literal["none", "partial", "same concept"]
Use = Literal["context", "quality-assure", "complement", "fill-gap", "benchmark", "replace"]
Risk = Literal["low", "medium", "high"]
Profile = Literal["lower", "medium", "higher"]
Stage = Literal["design", "collect", "process", "analyse", "share", "use"]

USES: tuple[Use, ...] = ("context", "quality-assure", "complement", "fill-gap", "benchmark", "replace")
STAGES: tuple[Stage, ...] = ("design", "collect", "process", "analyse", "share", "use")

METADATA_ELEMENTS: tuple[str, ...] = (
    "title", "version", "contact", "purpose", "funder", "population", "geography", "reference period", "unit",
    "frame or recruitment", "eligible count", "achieved count", "mode", "instrument", "languages",
    "collector training", "consent wording", "editing", "imputation", "weighting", "definitions",
    "classifications", "quality measures", "limitations", "licence", "access route",
)  # fmt: skip
"""The 26 elements of framework section 8; indicator DOC-1 counts them."""
