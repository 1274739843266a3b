"""Area codes and names: recognised, brought to one year, matched, and every loss on the way counted."""

from shared.sources.geography.contradictions import Contradiction, contradicting, contradictions
from shared.sources.geography.names import NameMatch, NameMatches, match_names
from shared.sources.geography.place import Placement, place
from shared.sources.geography.recognise import Recognition, SystemFound, recognise_codes
from shared.sources.geography.spread import Spread, residents_shares, spread_counts
from shared.sources.geography.systems import SYSTEMS, CodeSystem, areas_of
from shared.sources.geography.vintages import Harmonised, Move, Reach, to_vintage

__all__ = [
    "SYSTEMS", "CodeSystem", "Contradiction", "Harmonised", "Move", "NameMatch", "NameMatches", "Placement", "Reach",
    "Recognition", "Spread", "SystemFound", "areas_of", "contradicting", "contradictions", "match_names", "place",
    "recognise_codes", "residents_shares", "spread_counts", "to_vintage",
]  # fmt: skip
