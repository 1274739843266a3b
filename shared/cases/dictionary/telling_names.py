"""What the name of a column gives away: personal data, age, a place, a date, a number of cases.

Names are looked at word by word, in lower case, whatever joins the words (``firstName``, ``first_name``). English,
with the commonest words of the French, Spanish and Portuguese forms that survey tools are used in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

PERSONAL: dict[str, str] = {
    "a person's name": r"(first|last|sur|fore|given|full|middle|family|maiden|nick|respondents?|clients?|beneficiary|"
    r"patients?|childs?|mothers?|fathers?|head|contacts?|interviewers?|enumerators?|persons?|user) ?name|surname|"
    r"forenames?|initials|prenom|apellidos?|nombres?|sobrenome|signature",
    "an e-mail address": r"e ?mail( address)?|courriel|correo",
    "a telephone number": r"(tele)?phone( ?(number|no))?|mobile( ?(number|no))?|"
    r"tel|cell( ?(phone|number|no))?|whatsapp|msisdn|telefono",
    "a postal address": r"(street|home|postal|house)? ?address( line)?( ?\d)?|street|"
    r"house ?(number|no)|direccion|adresse",
    "a postcode": r"post ?code|postal ?code|zip ?(code)?|pcd[s2]?",
    "a date of birth": r"date ?of ?birth|dob|birth ?(date|day)|born( on)?|date ?de ?naissance|fecha ?de ?nacimiento",
    "an official number": r"nhs ?(number|no)?|national ?insurance( ?(number|no))?|nino|passport( ?(number|no))?|"
    r"aadhaar|aadhar|ssn|national ?id( ?(number|no))?|id ?card( ?(number|no))?|driving ?licen[cs]e( ?(number|no))?|"
    r"home ?office ?ref(erence)?|port ?ref(erence)?|arc ?(number|no)|case ?worker",
    "a place on earth": r"gps|lat(itude)?|lon(g|gitude)?|lng|geo ?(point|location|code|trace|shape)|geolocation|"
    r"coordinates?|easting|northing|what ?3 ?words|accuracy|precision|altitude",
    "a device or account": r"device ?id|imei|sim ?serial|subscriber ?id|ip ?address|mac ?address|user ?name|"
    r"submitted ?by|twitter|facebook|instagram|handle",
    "a bank account": r"iban|sort ?code|account ?(number|no)|bank ?account",
    "a picture or recording": r"photo(graph)?|picture|image|video|audio|recording|voice",
}
"""Kind of personal data -> words of a name that tell it."""

QUASI = (
    r"age|ages|sex|gender|ethnic(ity)?|ethnic ?group|race|caste|tribe|religion|nationality|country ?of ?(birth|origin)|"
    r"citizenship|marital( ?status)?|occupation|job|profession|education|disab(led|ility)|language|mother ?tongue|"
    r"household ?size|hh ?size|sexe|genero|edad"
)
"""Words that tell something others know of a person."""
_SPLIT = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+")


def words_of(name: str) -> str:
    """Return a name as its words: ``hh/respondentName_1`` is "hh respondent name 1"."""
    return " ".join(word for word in _SPLIT.split(name) if word).lower()


def personal_kind(*names: str) -> str | None:
    """Return which kind of personal data the name or label tells, or None."""
    return next((kind for kind, pattern in PERSONAL.items() if _says(pattern, names)), None)


def tells_quasi(*names: str) -> bool:
    """Return whether a name tells something by which others could recognise a person."""
    return _says(QUASI, names)


def says(pattern: str, *names: str) -> bool:
    """Return whether the words of a name contain ``pattern`` as whole words."""
    return _says(pattern, names)


def _says(pattern: str, names: Iterable[str]) -> bool:
    return any(re.search(rf"(?:^| )(?:{pattern})(?: |$)", words_of(name)) for name in names)
