"""Readers of published files as published: one module a publication.

Each says how it recognises a file, maps it to the project's input tables, holds its sums to the totals the
file prints, and names what it did not use. Nothing here fetches a file or runs a forecast.
"""
