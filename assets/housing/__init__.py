"""The housing stage: councils' trajectories as read, and their delivery as draws.

Reading a trajectory and the delivery model belong in `housing_trajectories`.
"""
