"""The housing stage: councils' trajectories as understood, and their delivery as draws.

Reading a trajectory and the delivery model belong in `housing_trajectories`.
"""
