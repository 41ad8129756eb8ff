"""Activity that people need: rates by age, their level and growth, provider flows, monthly forecasts.

Everything takes and gives arrays. Reading figures belongs in `assets.demand`.
"""
