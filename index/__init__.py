"""Documents become passages, passages a snapshot, and a question hits.

This package knows no HTTP; it imports `corpus`, never `service`.
"""
