"""How staff are recorded: the layouts of published staff files and of our own, read into records.

A reader takes the rows of one file and gives records, or findings that name the row. Which files of a folder
are read together, and what must hold between them, is not here; nor what records are used for.
"""
