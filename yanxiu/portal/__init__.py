"""Role home pages, navigation, global search, help, error pages and the component gallery.

Owns how a signed-in person finds the way. Holds no business rule.
"""
