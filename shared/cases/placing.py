"""What case.yaml says of areas: which code system and year, how names help, and what becomes of divided areas."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from shared.cases.columns import Bands, Recode, Strict

AREA_YEARS: dict[str, tuple[int, int]] = {
    "gss-lower-tier": (2008, 2025),
    "gss-upper-tier": (2008, 2025),
    "gss-region": (2008, 2025),
    "gss-country": (2008, 2025),
    "iso2": (1990, 2100),
    "iso3": (1990, 2100),
    "india-state": (2011, 2025),
    "kenya-county": (2010, 2100),
    "nepal-province": (2015, 2100),
    "nepal-district": (2015, 2100),
}
"""Code system -> first and last year whose list of areas is known: those in force on 31 December."""

AreaSystem = Literal[
    "gss-lower-tier", "gss-upper-tier", "gss-region", "gss-country", "iso2", "iso3",
    "india-state", "kenya-county", "nepal-province", "nepal-district",
]  # fmt: skip
Shares = dict[str, dict[str, float]]
"""Old code -> new code -> share of its counts; the shares of an old code add to 1."""


def _known_year(system: str, vintage: int) -> None:
    first, last = AREA_YEARS.get(system, (vintage, vintage))
    if not first <= vintage <= last:
        raise ValueError(f"the areas of {system} are known for {first} to {last}, not for {vintage}")


class AreaOf(Strict):
    """Bring area codes, or names, to the areas of one system and year.

    ``column`` holds codes of any year (or names: a value that is no code is looked up as one when ``names`` is the
    same column). ``splits`` says what becomes of an area that was divided: ``refuse`` (a fault), ``unplaced`` (no
    code, counted), or for tables of counts ``residents`` (shared out by Census 2021 residents) or the shares
    themselves. ``give`` asks for the code or the name of the area. ``confirmed`` is a CSV file (``from`` a name,
    ``to`` a code) with spellings that somebody has looked at. ``read_as`` is the year of the codes, where one code
    stood for different areas over time.
    """

    kind: Literal["area"] = "area"
    column: str
    system: AreaSystem
    vintage: int
    names: str | None = None
    splits: Literal["refuse", "unplaced", "residents"] | Shares = "refuse"
    give: Literal["code", "name"] = "code"
    confirmed: str | None = None
    read_as: int | None = None

    @model_validator(mode="after")
    def _sound(self) -> Self:
        _known_year(self.system, self.vintage)
        if self.confirmed is not None and self.names is None:
            raise ValueError('"confirmed" needs "names": the column of names that were confirmed')
        return self


class Area(Strict):
    """Which column carries the area, in which code system and vintage, and the reference total by area.

    Codes of other years are brought to ``vintage``; a code that ``reference`` lists stays as it is. ``names`` is a
    column of names: it places rows whose code says nothing, and rows whose code contradicts it are left out and
    counted. ``splits``, ``confirmed`` and ``read_as`` as in ``AreaOf``; ``merged`` counts the parts of a divided
    area together, in the reference figures too.
    """

    source: str
    column: str
    count: str | None = None
    system: AreaSystem | Literal["iso-country", "none"]
    vintage: int = Field(ge=1990, le=2100)
    names: str | None = None
    splits: Literal["refuse", "unplaced", "merged", "residents"] | Shares = "refuse"
    confirmed: str | None = None
    read_as: int | None = None
    boundaries: str | None = None
    reference: str | None = None
    reference_code: str | None = None
    reference_name: str | None = None
    reference_count: str | None = None
    reference_label: str = ""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        _known_year(self.system, self.vintage)
        if self.system in ("iso-country", "none") and (self.names or self.splits != "refuse" or self.confirmed):
            raise ValueError(f'"names", "splits" and "confirmed" need a code system that is known, not {self.system}')
        if self.confirmed is not None and self.names is None:
            raise ValueError('"confirmed" needs "names": the column of names that were confirmed')
        return self


Derivation = Annotated[Bands | Recode | AreaOf, Field(discriminator="kind")]


def default_kind(value: Any) -> Any:
    """Let case.yaml leave out ``kind`` where the keys tell it."""
    if isinstance(value, dict) and "kind" not in value:
        return {**value, "kind": "bands" if "starts" in value else "area" if "system" in value else "recode"}
    return value
