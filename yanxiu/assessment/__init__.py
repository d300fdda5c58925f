"""Questions, tests, exams, homework, peer review, rubrics and lesson-case observation.

Owns attempts and marks; scores are computed here and nowhere else.
"""
