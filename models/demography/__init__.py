"""Demography as pure numerics: cohort component, rates, migration, households, rebasing, small areas."""
