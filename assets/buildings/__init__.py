"""Every building by what is known of it: the register, and the gap of general practice by practice.

The floor area of a practice that nobody surveyed is estimated. An estimate says what to survey first; it is
never in `estates`, in capital or in a contribution requested.
"""
