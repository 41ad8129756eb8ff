"""Rows beneath the headings: which are sites, what their cells say, and the tidy table they become.

Whether the sites are plausible belongs in `checks`.
"""
