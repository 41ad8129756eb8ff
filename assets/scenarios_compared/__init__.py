"""Two scenarios or releases side by side: draws of the headline quantities, and differences draw by draw.

Stages hand over the draws; no number is modelled here. What a difference is stands in
`models.uncertainty.common_draws`.
"""
