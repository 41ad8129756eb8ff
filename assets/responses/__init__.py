"""What the run answers to one home more, or to another assumption: what the report multiplies and adds up.

The stages themselves are asked, on homes that differ by year and place; nothing is modelled again here.
"""
