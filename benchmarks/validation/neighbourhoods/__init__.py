"""Neighbourhoods between two censuses: how well a place is split among them, and what the split rests on.

Accuracy of whole places belongs in the folder above.
"""
