"""The map of the report: what lies where, packed for the page, and its chart form.

The numbers that areas and points show are cubes of `report_data`, as those of every other figure; words and
colours are the page's own script.
"""
