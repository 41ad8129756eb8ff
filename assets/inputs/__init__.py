"""Inputs of a run: settings, places, scenarios, assumptions, and the declared tables read from `data/`.

Here an input is read, checked and hashed before anything runs. Files as a publisher lays them out belong in
`official_files`; how a table is declared belongs in `tables`.
"""
