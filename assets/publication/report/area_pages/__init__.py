"""A page of the report for each neighbourhood, team, hub, place, trust and trust site.

A page is words and tables of cells, made here from released tables and drawn by `page/scripts/area.js`.
Nothing here knows HTML. What is not known is said in words, never left blank or told as zero.
"""
