"""The demand stage: activity of each place's residents, and what each hospital provider faces.

Rates, growth and forecasts as arrays belong in `models.demand`.
"""
