"""Publication: a run's tables are collected, audited and released with their workbook and dictionary.

The HTML report is in `report`. Comparison with earlier releases belongs in `release_history`.
"""
