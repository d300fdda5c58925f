"""Rosters: tables of teachers as offices really make them, read, judged row by row, and explained.

`read` turns a file into rows, `judging` decides about each row against what is stored, `sheets` writes the template and the
refused rows. Nothing here writes to the database: that is done by `people.actions`.
"""
