"""Names of areas brought to one spelling, so that only a real difference is a difference."""

from __future__ import annotations

import re
import unicodedata

_BEFORE = (
    "london borough of", "royal borough of", "metropolitan borough of", "city and county borough of",
    "city and county of", "county borough of", "borough of", "district of", "city of", "county of",
)  # fmt: skip
_AFTER = (
    "metropolitan borough council", "metropolitan district council", "county borough council", "city and county of",
    "london borough of", "royal borough of", "unitary authority", "metropolitan borough", "metropolitan district",
    "london borough", "london boro", "county borough", "city council", "county council", "borough council",
    "district council", "council", "city of", "county of", "borough", "district", "province", "county", "city", "ua",
)  # fmt: skip
_KEPT = {"city of london"}  # without its style it would be the name of the region


def plain_text(text: str) -> str:
    """Return a text in lower case without accents and punctuation; "&" is "and", "Saint" is "St".

    ``Türkiye`` -> ``turkiye``, ``Cote d'Ivoire`` -> ``cote divoire``, ``The Gambia`` -> ``gambia``.
    """
    letters = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    letters = re.sub(r"['’‘`ʻ]", "", letters).replace("&", " and ")
    words = re.sub(r"[^\w]+|_", " ", letters).split()
    words = ["st" if word == "saint" else word for word in words]
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    return " ".join(words)


def plain_name(text: str) -> str:
    """Return the name of an authority without its style, in the spelling of ``plain_text``.

    ``London Borough of Brent`` -> ``brent``, ``Bristol, City of`` -> ``bristol``, ``Kent County Council`` -> ``kent``.
    ``County Durham`` stays, because there the word is a part of the name.
    """
    name = plain_text(text)
    while name not in _KEPT:
        shorter = name
        for style in _BEFORE:
            shorter = shorter.removeprefix(f"{style} ")
        for style in _AFTER:
            shorter = shorter.removesuffix(f" {style}")
        if shorter == name or not shorter:
            break
        name = shorter
    return name
