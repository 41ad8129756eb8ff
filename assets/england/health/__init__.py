"""National tables of health and care: trusts, hospitals, staff, practices, need, estates, social care.

One module a subject, each with a builder for the register. Tables of people, homes and places belong to the
folder above; what an area takes from these tables belongs to the folder of areas.
"""
