"""Rows beneath the headings: which are sites, and what their cells say.

Whether the sites are plausible belongs in `checks`.
"""
