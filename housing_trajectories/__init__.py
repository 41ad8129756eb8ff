"""Which homes, where and when: reading, cleaning, phasing and delivery of councils' housing trajectories.

Imports nothing of the project's outside this package. Population, demand and wiring do not belong here.
"""
