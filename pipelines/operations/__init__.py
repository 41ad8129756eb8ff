"""Looking after an installation: alerts, the watch on nights, `doctor`, retries.

Nothing here reads or writes a table of the forecast.
"""
