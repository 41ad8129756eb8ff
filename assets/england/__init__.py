"""England's national tables: built from files as published, kept in data/england, keyed by GSS and ODS codes.

One module a subject reads its files and returns tables; `building` runs them and writes, `national_tables`
loads one table by its name. No forecast, no place of a run and no arithmetic of a model belongs here.
"""
