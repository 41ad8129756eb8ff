"""Asset checks: every declared table against its Great Expectations suite, and the age of sources.

What a table must keep is declared in `assets.tables.declarations`.
"""
