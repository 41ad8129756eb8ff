"""The tables promised to readers, in the order in which they are listed. Others are working tables.

A table's name and columns are kept once published: a change is a new column or a new table, and goes into
the change log.
"""

PROMISED: tuple[str, ...] = (
    "population",
    "population_single_year",
    "households",
    "components_of_change",
    "neighbourhood_population",
    "housing_delivery",
    "housing_lateness",
    "demand",
    "demand_drivers",
    "provider_demand",
    "activity_forecast",
    "forecast_accuracy",
    "workforce",
    "provider_workforce",
    "workforce_levers",
    "workforce_shortage",
    "workforce_flows",
    "training_intake",
    "estates",
    "provider_estates",
    "neighbourhood_estates",
    "capacity_breach",
    "capital_requirement",
    "developer_contributions",
    "benchmarks",
    "projection_errors",
    "assumptions",
    "sources",
    "source_freshness",
    "input_files",
)
