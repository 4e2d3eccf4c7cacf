"""Documents become passages, passages a snapshot, and a question hits.

This package knows no HTTP; it imports `corpus`, never `service`.
"""

import os

# Matrices here are small. With threads of its own, two callers at once and a third that starts a process can leave
# OpenBLAS waiting for ever. Read when numpy is loaded, which only modules of this package and those above it do.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
