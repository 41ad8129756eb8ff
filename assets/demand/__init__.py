"""The demand stage: activity of each place's residents, and demand on each hospital provider.

Rates, growth and forecasts as arrays belong in `models.demand`.
"""
