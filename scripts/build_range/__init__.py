"""`scripts/build-range`: a table of ranges, of GBIF's counts by country and month."""
