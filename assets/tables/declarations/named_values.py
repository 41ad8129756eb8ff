"""Values of columns that code goes by, in the order in which the declarations allow them."""

from __future__ import annotations

from assets.tables.declarations import INPUT_TABLES

ESTIMATE_BANDS = INPUT_TABLES["census_based_population"].allowed("age_band")
"""The age bands of the published estimates, youngest first."""
RATE_BANDS = INPUT_TABLES["household_representative_rates"].allowed("age_band")
"""The age bands of the published household representative rates."""
NEIGHBOURHOOD_BANDS = INPUT_TABLES["occupancy_by_bedrooms"].allowed("age_band")
"""The age bands in which neighbourhoods are published."""
AGE_BANDS = INPUT_TABLES["staff_age_profiles"].allowed("age_band")
"""The age bands of staff."""
BEDROOMS = INPUT_TABLES["occupancy_by_bedrooms"].allowed("bedrooms")
UNALLOCATED = "unallocated"
"""Where a site stands whose neighbourhood is not known."""
