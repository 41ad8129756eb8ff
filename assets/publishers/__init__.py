"""Readers of what statistical offices publish, as they publish it: one module a publication.

Each says what it recognises a file by, maps it to the project's input tables, holds the sums to the totals
the file prints itself, and names what it did not use. Nothing here fetches a file or runs a forecast.
"""
