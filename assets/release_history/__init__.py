"""Comparison of a release with earlier ones: changes and their causes, actuals, sensitivity, rebuilding,
retention.

Making and auditing the release itself belongs in `publication`.
"""
