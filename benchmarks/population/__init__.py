"""Backtests of people: past figures, projections from past years, scores, and what is fitted on them.

A benchmark of demand, staff or inputs belongs in `benchmarks/validation`, one of time in `benchmarks/speed`.
"""
