"""The estates stage: rooms, beds and floor area required, existing and short, and their capital.

The capacity formulae belong in `models.estates`; what a single site is asked for in `contributions`.
"""
