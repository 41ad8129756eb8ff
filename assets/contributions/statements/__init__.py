"""A site's statement of developer contributions, read off a release: its sections, and its HTML and PDF.

Numbers come from the released tables and are printed with the decimals they have there; nothing is modelled
here.
"""
