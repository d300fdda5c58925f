"""School-based training, open-door lessons, materials, outside activities, research lessons and contests.

Owns what teachers do offline and the evidence of it. A research lesson (研究课) is registered by the teacher and confirmed by the
school: registered → given | returned, returned → registered again. It counts as of the day it was given.
"""
