"""Tables: how they are declared, written as Parquet and gathered from labelled arrays.

What a table holds is declared in `declarations`. What fills it belongs to the stage that makes it.
"""
