"""The nightly run: why it is due, its schedule, its lock, its log, and clearing up after a crash.

What the run computes belongs in `assets`; the command that starts one by hand in `commands`.
"""
