"""Arithmetic on homes that no council's file gives: local housing need by the standard method.

How planned homes are delivered is worked out in `housing_trajectories`.
"""
