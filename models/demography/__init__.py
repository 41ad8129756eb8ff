"""Projecting people: fertility, mortality, migration, households, neighbourhoods, and the kernel.

Everything takes and gives arrays. Reading figures belongs in `assets.population`.
"""
