"""Monthly forecasts of one series and of a system: candidates, evaluation, intervals, reconciliation.

Arrays by month. Yearly demand and its level belong in `models.demand`.
"""
