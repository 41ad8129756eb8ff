"""Developer contributions: what each site is asked for, and its statement as HTML and PDF.

The rules as arrays belong in `models.estates.contribution_rules`.
"""
