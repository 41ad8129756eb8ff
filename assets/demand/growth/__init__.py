"""Growth of demand as it is shown: on record, by drivers, with and without what lies beyond demography.

Tables for readers only. What makes demand grow belongs in `assets.demand`.
"""
