"""Questions in and out of a bank as files: Excel, Word and plain text, GIFT, Aiken, Moodle XML, QTI 1.2, 2.1 and 3.0.

`read` and `read_at_once` are the only doors in: a confined child reads (`python -m yanxiu.assessment.exchange`), with little memory, little
time, no network and no files; what it answers is a `Reading`, which says what was understood, what was refused and why. Nothing of a
file is ever executed or calculated (security EM-10), and everything is bounded before it is looked at (UP-02, UP-05). No model comes into
the child.
"""

from yanxiu.assessment.exchange.door import read, read_at_once
from yanxiu.assessment.exchange.shape import BadQuestionFile, Known, Loose, Reading, Refused, Understood

__all__ = ["BadQuestionFile", "Known", "Loose", "Reading", "Refused", "Understood", "read", "read_at_once"]
