"""Files as sheets of cells: what kind of file it is, CSV files, Excel workbooks.

What a cell means belongs in `headings` and `rows`; writing files in `rows.tidy_table` and `tools`.
"""
