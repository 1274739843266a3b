"""Which borders ship with the casebook, and what to say where none do."""

from __future__ import annotations

FOLDER = "data/sample/boundaries"

SHIPPED = {
    "gss-upper-tier": ("england-wales-upper-tier-2021.topo.json", "uk-upper-tier-2021-london-whole.topo.json"),
    "india-state": ("india-states-2011.topo.json",),
    "iso3": ("world-countries.topo.json",),
}
"""Area system -> the boundary files with its codes; their README says of which year."""

_ONS = (
    "one file of the Office for National Statistics has every year and tier (see README.md in data/sample/boundaries)"
)
PUBLISHED = {
    "gss-lower-tier": _ONS,
    "gss-region": _ONS,
    "gss-country": _ONS,
    "iso2": "world-countries.topo.json has the three-letter codes; say system: iso3",
}
"""Area system -> where its borders are, if they do not ship."""

NAMES = {
    "kenya-county": "the counties of Kenya",
    "nepal-province": "the provinces of Nepal",
    "nepal-district": "the districts of Nepal",
}


def unshipped(system: str) -> str:
    """Return what to do about the borders of an area system: name the shipped file, or give one."""
    if system in SHIPPED:
        return f"{FOLDER} has {' and '.join(SHIPPED[system])}: declare it as a source of kind boundaries."
    if system in PUBLISHED:
        return f"Declare a source of kind boundaries: {PUBLISHED[system]}."
    what = f" for {NAMES[system]}" if system in NAMES else ""
    return (
        f"No boundaries are shipped{what}: declare a source of kind boundaries with a file of the office of statistics "
        "(GeoPackage, zipped shapefile, GeoJSON or TopoJSON), and give its column of codes the role area."
    )
