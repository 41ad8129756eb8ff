"""Neighbourhoods people plan by: where sites lie and whom they use, checks of small areas, teams and flows.

An area's small areas come from `assets/areas/small_areas`; what neighbourhoods need belongs in `estates`.
"""
