"""An area's neighbourhoods in the input tables: shapes and growth of small areas, who registers where, teams.

The arithmetic is in `models/neighbourhoods`; what a run makes of these tables, in `assets/neighbourhoods`.
"""
