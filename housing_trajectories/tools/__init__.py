"""What a person runs on a trajectory file beside reading it: compare, template, and what is printed of it.

Nothing here is needed to read a trajectory in a run. The terminal itself belongs in `terminal`.
"""
