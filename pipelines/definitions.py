"""The code location that Dagster loads."""

from pipelines.code_location import build_definitions

defs = build_definitions()
