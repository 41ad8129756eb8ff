"""Accuracy on authorities and years not used for fitting, and whether tests and nights withstand faults.

Time and memory belong in `speed`.
"""
