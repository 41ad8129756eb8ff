"""One module a command of `python -m pipelines`, each with its click command as `command`.

A command takes its options, starts a run or reads a release, prints, and returns its exit code. The work is
done elsewhere; what takes long to import is imported when the command runs.
"""
