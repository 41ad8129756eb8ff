"""Where the tables of a sheet are, and what each of their columns means, years among them.

Cells beneath the headings belong in `rows`.
"""
