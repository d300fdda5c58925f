"""Words to look at: found however they are written, in one pass over a text.

A hit proves nothing (public lists hit teaching text as often as they hit what they mean, stack.md §10): it asks a person to look, or does
what the office that keeps the pack has chosen. Terms: *folding* brings full-width, traditional, capital and look-alike letters into one
form and drops what stands between characters; a *sound* is a way of writing around a word (谐音); an *exception* is where one is harmless.
"""

from yanxiu.integrity.words.checking import Hit, Verdict, check
from yanxiu.integrity.words.default import DEFAULT

__all__ = ["DEFAULT", "Hit", "Verdict", "check"]
