"""Maps of areas: boundaries, classes, choropleths, and a strip of dots where there are no boundaries."""
