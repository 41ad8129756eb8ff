"""The accuracy stage: projections and forecasts held against what was observed or published since.

Measures of error belong in `models.evaluation`; accuracy over many authorities in `benchmarks/validation`.
"""
