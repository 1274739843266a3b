"""Representativeness: everything that compares a source with its population, in one place to import from."""

from __future__ import annotations

from shared.measures.defect import DataDefect, break_even, data_defect, data_defect_range
from shared.measures.distances import Distances, distances
from shared.measures.inclusion import InclusionCells, inclusion_cells, inclusion_from_survey
from shared.measures.response import PartialR, RIndicator, r_indicator
from shared.measures.weighting import Kish, Raked, kish, rake

__all__ = [
    "DataDefect",
    "Distances",
    "InclusionCells",
    "Kish",
    "PartialR",
    "RIndicator",
    "Raked",
    "break_even",
    "data_defect",
    "data_defect_range",
    "distances",
    "inclusion_cells",
    "inclusion_from_survey",
    "kish",
    "r_indicator",
    "rake",
]
