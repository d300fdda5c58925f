"""The append-only record, tallies, outbox and reactions.

What happened, one row each; every count is a fold of it. Knows no domain above: plain ids, types and labels.
"""
