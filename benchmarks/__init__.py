"""Measurements that are printed and never asserted: `speed` and `validation`.

Nothing in the project imports from here. Tests of behaviour belong in `tests`.
"""
