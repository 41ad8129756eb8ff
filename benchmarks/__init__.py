"""Measurements that are printed and never asserted: `speed`, `validation`, `population` and `monthly`.

Nothing in the project imports from here. Tests of behaviour belong in `tests`.
"""

from pipelines import ROOT as ROOT  # first of all: it gives linear algebra one thread before numpy is loaded
