"""Whether the sites of a file make sense: homes, identity, place, totals, and the project's own figures.

Nothing here changes what was read.
"""
