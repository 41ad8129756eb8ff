"""Wiring only: definitions, jobs, schedules, sensors, resources, IO managers and checks."""
