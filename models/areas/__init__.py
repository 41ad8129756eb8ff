"""Arithmetic that brings England's published figures to an area: flows, stock, plans and catchments.

What a stage computes of an area's figures belongs in that stage's room.
"""
