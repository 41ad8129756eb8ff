"""Areas: which authorities a run is of, and its inputs composed of what is known locally and of England.

Here a complete folder of input tables is made for an area. Reading and checking that folder belongs in
`inputs`; the national tables themselves in `england`.
"""
