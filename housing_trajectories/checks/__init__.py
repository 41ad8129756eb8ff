"""Whether the sites of a file make sense: homes, bedrooms, gaps, identity, sums, the project's own figures.

A check returns what it remarks and, where a gap is filled or a number moved, other rows; it writes to none.
"""
