"""Spaces of all kinds and their tools.

One Space (kind, place in a tree, cap, tools) serves personal space, workshop, sub-workshop, school and regional community, class.
"""
