"""Pure numerics: arrays in, arrays out, a folder a subject.

Nothing here reads a file or knows an orchestrator. Uncertainty and evaluation serve all subjects.
"""
