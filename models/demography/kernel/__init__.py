"""The compiled kernel that projects a block of draws, with the layout of its arrays and their preparation.

What the numbers mean belongs in the modules beside this folder.
"""
