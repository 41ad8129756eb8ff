"""The map of the report: what lies where, packed for the page, and its chart form."""
