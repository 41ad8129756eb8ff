"""Time and memory of the main job and its stages, printed as tables.

How accurate the results are belongs in `validation`.
"""
