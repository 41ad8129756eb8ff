"""Checks of input tables against each other and against what is plausible, before anything runs.

Reading a table and refusing a cell belong to the folder above; each check here gives findings.
"""
