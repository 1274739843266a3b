"""Names, places, dates and numbers taken out of what people said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_ALWAYS = (
    ("contact", r"\S+@\S+|(?:https?://|www\.)\S+|(?<!\w)@\w+"),
    ("date", rf"\b(?:{_DAY}\s+(?:of\s+)?{_MONTH}|{_MONTH}\s+{_DAY})\b\.?(?:,?\s+(?:19|20)\d\d\b)?"),
    ("date", rf"\b{_MONTH}\s+(?:of\s+)?(?:19|20)\d\d\b"),
    ("date", r"\b\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\b"),
    ("date", r"\b(?:19|20)\d\d\b"),
    ("postcode", r"\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b"),
    ("number", r"\b(?=[A-Z]*\d)[A-Z\d]{6,}\b|\+?\d[\d\s().-]{5,}\d"),
)
"""What is masked in every text, in this order; letters of months in any case, the others as they are written."""
_PATTERNS = [
    (kind, re.compile(pattern, re.IGNORECASE if kind in ("date", "contact") else 0)) for kind, pattern in _ALWAYS
]
_INSIDE = re.compile(r"(?<![.!?:\"“‘'(\[])(?<=\S)\s+[\"“‘'(]?([^\W\d_][\w’'-]*)")
"""A word that does not begin a sentence."""
_USUAL = frozenset(("I", "I'm", "I've", "I'd", "I'll", "I’m", "I’ve", "I’d", "I’ll", "OK", "Mr", "Mrs", "Ms", "Dr"))
SHORTEST = 3
"""Parts of a name shorter than this are masked only as part of the whole name."""


@dataclass(frozen=True)
class Masks:
    """Words to be masked -> what stands in their place, and words with a capital that may stay."""

    words: Mapping[str, str]
    keep: frozenset[str] = frozenset()

    def masked(self, text: str) -> str:
        """Return a text with everything masked: "I met [name] in [place] on [date]." Spaces are made single."""
        text = " ".join(text.split())
        for kind, pattern in _PATTERNS:
            text = pattern.sub(f"[{kind}]", text)
        for words in sorted(self.words, key=len, reverse=True):
            inside = r"[\s’'-]+".join(map(re.escape, re.split(r"[\s’'-]+", words.strip())))
            text = re.sub(rf"(?<!\w){inside}(?!\w)", f"[{self.words[words]}]", text, flags=re.IGNORECASE)
        return text

    def left(self, masked: str) -> list[str]:
        """Return words with a capital letter inside a sentence of a masked text: they may be names or places."""
        inside = [word for word in _INSIDE.findall(masked) if word[0].isupper()]
        found = [word.removesuffix("'s").removesuffix("’s") for word in inside]
        return [word for word in found if word not in self.keep and word not in _USUAL]


def words_of_answers(answers: Iterable[str], instead: str) -> dict[str, str]:
    """Return what is to be masked of a column's answers: each whole, and the parts of names of several words."""
    found: dict[str, str] = {}
    for answer in answers:
        parts = [part for part in re.split(r"[\s,;’'-]+", answer) if len(part) >= SHORTEST]
        for words in (answer.strip(), *parts):
            if len(words) >= SHORTEST or (words and words == answer.strip() and len(words) > 1):
                found.setdefault(words, instead)
    return found
