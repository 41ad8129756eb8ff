"""How good a forecast was: errors, scores, control charts, and whether sums add up.

Which forecasts are measured, and on what, belongs in `assets.accuracy` and `benchmarks/validation`.
"""
