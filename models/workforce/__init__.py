"""Staff that activity takes, staff in post year by year, the gap between them, and training.

Everything takes and gives arrays. Reading staff figures belongs in `assets.workforce`.
"""
