"""Neighbourhoods people plan by: shapes of small areas, who registers where, small areas put into teams.

How many people a neighbourhood has belongs in `demography`, what it needs in `estates`.
"""
