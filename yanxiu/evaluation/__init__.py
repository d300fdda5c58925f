"""Requirement rows, standing, duties, scores and the effects of incidents.

Turns a published plan into rows and evaluates them with a handful of fixed set-based statements.
Does not know how a record came about.
"""
