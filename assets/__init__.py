"""Dagster assets, one module a stage: read, call a model, return a table. No arithmetic lives here."""
