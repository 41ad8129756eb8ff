"""Commands a person or a timer runs: one module a command, each run with `python -m`.

A command parses its arguments, starts a run or reads a release, and prints. The work is done elsewhere.
"""
