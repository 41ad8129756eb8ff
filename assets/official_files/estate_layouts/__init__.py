"""Published files on buildings and beds: one module a publication, its columns read by their names.

What a row of them means for the register of premises is here; how a file is opened, and how rows come into a
data folder, is not. None has been tested with a published file: docs/operations says so of each.
"""
