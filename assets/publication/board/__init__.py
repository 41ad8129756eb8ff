"""What a board decides on, picked from a release: gaps and when they open, growth, the age of evidence.

The report's first screen and the end of a run on the terminal show the same rows.
"""
