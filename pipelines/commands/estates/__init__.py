"""Commands about buildings; `python -m pipelines NAME` finds them here as it finds those beside this folder.

A command reads and prints. What it prints is worked out in `assets/buildings`.
"""
