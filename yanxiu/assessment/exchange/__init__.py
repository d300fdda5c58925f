"""Questions in and out of a bank as files: Excel, Word and plain text, GIFT, Aiken, Moodle XML, QTI 1.2, 2.1 and 3.0.

Readers are pure: bytes in, a `Reading` out, which says what was understood, what was refused and why. Nothing of a file is ever
executed or calculated (security EM-10), and everything is bounded before it is looked at (UP-02, UP-05).
"""

from yanxiu.assessment.exchange.reading import read
from yanxiu.assessment.exchange.shape import BadQuestionFile, Loose, Reading, Refused, Understood

__all__ = ["BadQuestionFile", "Loose", "Reading", "Refused", "Understood", "read"]
