"""Courses, steps, media, lesson cases, packages and the resource library.

Owns what can be studied. Does not know who is enrolled.
"""
