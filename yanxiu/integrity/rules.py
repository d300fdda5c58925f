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
SHARES = {"homework": 0.25, "report": 0.25, "reflection": 0.25, "article": 0.25, "post": 0.5, "comment": 0.7}
"""From which share of own words in another text on a text is noticed, by kind, where no office has set one: the shorter what people
write, the likelier that two say the same without knowing of each other."""
LEAST_CHARACTERS = {"homework": 60, "report": 60, "reflection": 60, "article": 100, "post": 24, "comment": 14}
"""Folded characters below which a text is compared with nothing: thanks and agreement are alike."""
STRONG_SHARE = 0.7
LONGEST_REPORT = 500
LONGEST_SNAPSHOT = 5_000
MOST_REPORTS = 20
"""Reports of one person in a day: more are a quarrel, not a help."""
MOST_MUTE_DAYS = 90
LONGEST_WORD = 20
MOST_WORDS = 10_000
