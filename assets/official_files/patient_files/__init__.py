"""Readers of files that say which patients live where.

What a file of staff or of activity looks like belongs beside the other readers.
"""
