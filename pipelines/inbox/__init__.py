"""The inbox: a file put there is recognised, checked, and accepted as a new input or quarantined.

Readers of published layouts belong in `assets.official_files`.
"""
