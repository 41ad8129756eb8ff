"""Rooms, beds and floor area that activity takes, what exists, what is short, and what a site is asked for.

Everything takes and gives arrays. Reading registers belongs in `assets.estates`.
"""
