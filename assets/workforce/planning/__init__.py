"""What a board decides on: levers side by side, a plan that closes the gap, posts beside their money.

Supply, requirement and gap are made in `assets.workforce`; the arithmetic is in `models.workforce`.
Nothing here changes a projection.
"""
