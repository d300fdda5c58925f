"""Regions by GB/T 2260, schools and institutions, and how they merge, split and move.

Owns the irregular tree of units and its paths.
"""
