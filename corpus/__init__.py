"""Files become documents here: sections of numbered paragraphs, with their footnotes.

This package knows no vectors and no HTTP; it imports neither `index` nor `service`.
"""
