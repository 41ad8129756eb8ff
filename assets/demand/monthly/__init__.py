"""Monthly records and forecasts of activity: series, fits, their accuracy, two years ahead.

What years and places make of them belongs in `assets.demand`.
"""
