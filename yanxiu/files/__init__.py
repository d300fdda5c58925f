"""Upload, checks, storage and the second origin.

Owns bytes that came from people: bounded before and while reading, served apart from the pages.
"""
