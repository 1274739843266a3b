"""Tables and boundaries asked for from a public interface: what case.yaml says of the question.

A recipe stands in the place of ``path`` or ``url`` of a source. ``casebook data pull`` asks, checks the answer, keeps
it as one file in a fixed order and writes its SHA-256 over ``sha256: pulled`` in case.yaml; nothing else ever asks.
"""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Literal, Self
from urllib.parse import urlencode

from pydantic import Field, model_validator

from shared.cases.columns import Strict

PULLED = "pulled"
"""What ``sha256`` of a source with a recipe says until the first pull has written the hash in its place."""

NOMIS = "https://www.nomisweb.co.uk/api/v01"
ONS_GEOGRAPHY = "https://services1.arcgis.com/ESMARspQHYMw9BZ9/arcgis/rest/services"
NOMIS_NAMES = ("code", "name")
"""The first two columns of every table from Nomis: code and name of the area."""

_Field = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=64)]


class _Recipe(Strict):
    @property
    def digest(self) -> str:
        """Twelve hexadecimal digits that change with any word of the recipe; part of the name of the kept file."""
        said = json.dumps(self.model_dump(mode="json"), sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()[:12]


class NomisTable(_Recipe):
    """A table of Nomis (Census 2021 and other official statistics of the ONS), one row an area.

    ``table`` is the id of the data set (NM_2041_1 is TS021, ethnic group), ``geography`` the type of area (TYPE154
    lower tier of 2022) or codes, ``dimension`` the classification, and ``cells`` name its values as columns:
    ``{residents: 0, asian: 1001}``. ``fixed`` holds other classifications at one value. The kept CSV has the
    columns ``code``, ``name`` and those of ``cells``.
    """

    service: Literal["nomis"]
    table: str = Field(pattern=r"^NM_[0-9]+_[0-9]+$")
    geography: str = Field(pattern=r"^(TYPE[0-9]+|[A-Za-z0-9]+(,[A-Za-z0-9]+)*)$", max_length=2000)
    dimension: _Field
    cells: dict[str, int] = Field(min_length=1)
    fixed: dict[_Field, int] = {}
    date: str = Field("latest", pattern=r"^[0-9A-Za-z-]+$")
    measures: int = 20100

    @model_validator(mode="after")
    def _columns_apart(self) -> Self:
        clash = sorted(set(self.cells) & set(NOMIS_NAMES))
        if clash:
            raise ValueError(
                f'"{clash[0]}" is the name of a column that every table from Nomis has: name the cell otherwise'
            )
        if len(set(self.cells.values())) < len(self.cells):
            raise ValueError("two cells ask for the same value of the classification")
        return self

    @property
    def query(self) -> dict[str, str]:
        """What is asked, without the page."""
        fixed = {name.lower(): str(value) for name, value in sorted(self.fixed.items())}
        chosen = {self.dimension.lower(): ",".join(str(value) for value in self.cells.values())}
        select = f"geography_code,geography_name,{self.dimension.lower()},obs_value,record_offset,record_count"
        ask = {"date": self.date, "geography": self.geography, **fixed, **chosen, "measures": str(self.measures)}
        return {**ask, "select": select}

    def address(self, base: str = NOMIS) -> str:
        """Return the address of the first page."""
        return f"{base}/dataset/{self.table}.data.csv?{urlencode(self.query, safe=',')}"

    @property
    def file_name(self) -> str:
        """Return where the kept answer lies below the folder of downloads or the mirror."""
        return f"www.nomisweb.co.uk/{self.table}-{self.digest}.csv"


class BoundaryLayer(_Recipe):
    """A layer of the ONS Open Geography Portal (ArcGIS FeatureServer), as GeoJSON in degrees.

    ``layer`` is the name of the service (Local_Authority_Districts_December_2021_Boundaries_UK_BUC), ``number`` that of
    the layer in it, ``vintage`` the year of the areas, ``code`` and ``name`` its columns (LAD21CD, LAD21NM), ``where``
    an SQL condition on them (LAD21CD LIKE 'E%').
    """

    service: Literal["ons-geography"]
    layer: str = Field(pattern=r"^[A-Za-z0-9_]+$", max_length=160)
    number: int = Field(0, ge=0)
    vintage: int = Field(ge=2001, le=2100)
    code: _Field
    name: _Field | None = None
    where: str = Field("1=1", min_length=3, max_length=500)

    @model_validator(mode="after")
    def _of_its_year(self) -> Self:
        if f"{self.vintage % 100:02d}" not in self.code:
            raise ValueError(
                f'"{self.code}" is not a column of {self.vintage}: the portal writes the year into it, as in LAD21CD'
            )
        return self

    @property
    def fields(self) -> tuple[str, ...]:
        """The columns that are kept beside the shape."""
        return (self.code, self.name) if self.name else (self.code,)

    @property
    def query(self) -> dict[str, str]:
        """What is asked, without the page."""
        return {"where": self.where, "outFields": ",".join(self.fields), "orderByFields": self.code, "outSR": "4326"}

    def address(self, base: str = ONS_GEOGRAPHY) -> str:
        """Return the address of the first page."""
        asked = urlencode({**self.query, "f": "geojson"}, safe=",")
        return f"{base}/{self.layer}/FeatureServer/{self.number}/query?{asked}"

    @property
    def file_name(self) -> str:
        """Return where the kept answer lies below the folder of downloads or the mirror."""
        return f"geoportal.statistics.gov.uk/{self.layer[:100]}-{self.digest}.geojson"


Recipe = Annotated[NomisTable | BoundaryLayer, Field(discriminator="service")]
FORMATS: dict[str, str] = {"nomis": "csv", "ons-geography": "geojson"}
