"""Dashboards, laggard lists, circulars (通报) as of a moment, and exports; reads only, but for the log of exports.

Terms: board (看板: a unit and what lies below it), column (列: one thing that is measured), laggard (落后的人, by a rule).
Every figure of a board is made by one set-based statement, whatever the number of people; levels agree because it is the same one.
"""
