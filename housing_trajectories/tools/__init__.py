"""What a person runs on a trajectory file: check, convert, compare, template, and how it is printed.

Nothing here is needed to read a trajectory in a run.
"""
