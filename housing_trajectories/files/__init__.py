"""Files as sheets of cells: CSV, Excel and OpenDocument workbooks, and the project's own tidy CSV.

What a cell means belongs in `headings` and `rows`.
"""
