"""The population stage: people by place, age and sex, households, neighbourhoods, custom age ranges.

The projection itself belongs in `models.demography`; how accurate it was belongs in `accuracy`.
"""
