"""Selection, pushes, play, progress, presence checks and attendance of study days.

Owns the watched bits of a teacher and the beat gateway; credited seconds never exceed server seconds.
"""
