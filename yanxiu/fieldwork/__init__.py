"""School-based training, open-door lessons, materials, outside activities, research lessons and contests.

Owns what teachers do offline and the evidence of it.
"""
