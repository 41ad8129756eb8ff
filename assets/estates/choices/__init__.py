"""From a gap in general practice premises to a choice: options, least-cost sets, two budgets, a pipeline.

What is required and what exists come from the draws of `assets.estates`; the arithmetic is in
`models.estates`. Nothing here changes a requirement, and what a single site is asked for is in
`assets.contributions`.
"""
