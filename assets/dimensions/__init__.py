"""Dimensions: one row for each code with its name, so that a reader joins every table to names by one column.

Numbers belong in the tables of the stages; a dimension says only what a code is called.
"""
