"""From planned to delivered homes: completing a plan's years, its phasing, and draws of completions.

Reading a file belongs in the other folders.
"""
