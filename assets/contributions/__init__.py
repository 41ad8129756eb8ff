"""Developer contributions: the contribution requested of each site, and its statement as HTML and PDF.

The rules as arrays belong in `models.estates.contribution_rules`.
"""
