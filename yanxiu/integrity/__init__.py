"""Sensitive words, near-duplicates, reports, moderation decisions and incidents.

Collects signals and evidence; a person decides.
"""
