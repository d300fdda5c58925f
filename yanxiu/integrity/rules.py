"""The terms of an inquiry, in one place; a page that states one of them reads it here."""

ANSWER_DAYS = 7
"""Days to answer when the office sets none: a week has a weekend and five days in which school and records can be reached."""
LEAST_ANSWER_DAYS, MOST_ANSWER_DAYS = 3, 30
APPEAL_DAYS = 15
"""Days to appeal: half of a month, as with other objections to an office's decision."""
LONGEST_TEXT = 2_000
LONGEST_REASON = 300
MOST_FILES = 5
MOST_LINES = 60
"""Stretches kept with a signal: more than a picture can show tell nothing more."""
