"""Draws of uncertain factors, how factors wander over time, and which of them move a result most.

Factors of one stage alone belong in the folder of that stage.
"""
