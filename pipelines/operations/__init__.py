"""Looking after an installation: alerts, the watch on nights, `doctor`, retries, the audit of packages.

Nothing here reads or writes a table of the forecast.
"""
