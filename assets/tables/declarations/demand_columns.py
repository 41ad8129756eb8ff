"""Columns that several tables of demand share, said once."""

from __future__ import annotations

from assets.tables.declarations.declaration import Column

PLACE = Column("place", "text", "GSS code")
PLACE_NAME = Column("place_name", "text", "Name of the place")
SCENARIO = Column("scenario", "text", "Name of the scenario")
FINANCIAL_YEAR = Column(
    "year", "integer", "Financial year that starts on 1 April of it", minimum=2000, maximum=2100
)
SERVICE = Column("service", "text", "Service, of the services table")
PROVIDER = Column("provider", "text", "Provider, of the providers table")
PROVIDER_NAME = Column("provider_name", "text", "Name of the provider")
UNIT = Column("unit", "text", "Unit of the values")
SOURCE_ID = Column("source_id", "text", "A source of the sources table")
GRADE = Column(
    "evidence_grade",
    "text",
    "A published figure, B derived or printed second-hand, C a working assumption",
    allowed=("A", "B", "C"),
)
NOTE = Column("note", "text", "What a reader should know of it", nullable=True)
AGE_FROM = Column("age_from", "integer", "Youngest age of the band", unit="years", minimum=0, maximum=90)
AGE_TO = Column(
    "age_to", "integer", "Oldest age of the band; 90 is 90 and over", unit="years", minimum=0, maximum=90
)
SEX = Column("sex", "text", "Sex", allowed=("female", "male"))
MONTH = Column("month", "text", "Month, as year-month")


def rate(name: str, description: str, unit: str) -> Column:
    """A column of rates, of which none is negative."""
    return Column(name, "number", description, unit=unit, minimum=0)
