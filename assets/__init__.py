"""Dagster assets by stage: read tables, call a model, return a table. No arithmetic lives here.

A stage is a folder. What reads files is in `inputs` and `official_files`; what readers open is in
`publication`. Models belong in `models`, jobs and schedules in `pipelines`.
"""
