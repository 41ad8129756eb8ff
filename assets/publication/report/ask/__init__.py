"""What the report's part `ask` needs: levels of the principal run and responses, packed for its script.

Nothing is worked out here: responses come from `assets/responses`, and the script multiplies and adds.
"""
