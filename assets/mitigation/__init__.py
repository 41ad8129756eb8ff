"""Mitigation: measures that avoid activity, what must hold between their tables, and what they change.

How much a measure avoids, and what follows on it, is arithmetic of `models.demand.mitigation`.
"""
