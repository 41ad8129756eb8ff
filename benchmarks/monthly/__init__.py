"""Backtest of the monthly forecast on England's trusts with an A&E department: series, trusts drawn, scores.

Methods and intervals are chosen on the 40 trusts that `trusts.csv` calls `chosen_on`, and scored once on the
rest. Time is measured in `benchmarks/speed`; nothing in the project imports from here.
"""
