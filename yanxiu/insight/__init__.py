"""Dashboards, laggard lists, circulars (通报) as of a moment, and exports.

Reads only: does not know how anything is written.
"""
