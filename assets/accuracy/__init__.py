"""The accuracy stage: projections and forecasts compared with later observations and publications.

Measures of error belong in `models.evaluation`; accuracy over many authorities in `benchmarks/validation`.
"""
