"""The workforce stage: staff required, supplied and short, by place, provider and staff group.

The stock-and-flow model belongs in `models.workforce`; readers of staff files in `official_files`.
"""
