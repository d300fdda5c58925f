"""Texts alike: which words of a text stand in another one that was there before, this year or in past years, on our own machine.

Hand in a `Text`. `integrity.queries.check_text` compares a draft and keeps nothing; `integrity.actions.index_text` compares what was
handed in and keeps it for those who come later; `integrity.actions.forget_text` takes it out again. A domain that hands in texts
declares a `Source` in its `AppConfig.ready`, so that its markers reach the comparison and the texts behind it.

Folded first (full-width, traditional, invisible, capital: one form), then sampled into marks (`marks`), looked up, compared exactly
(`spans`). What was given to everybody, public texts and quotations with a source are set aside. A large share makes a signal for
people; it changes nothing by itself.
"""

from yanxiu.integrity.similarity.sources import Source, address, register, sources
from yanxiu.integrity.similarity.texts import Match, Piece, Relation, Report, Same, Seen, Stretch, Text, Why, cut, only, seen_by_author

__all__ = [
    "Match",
    "Piece",
    "Relation",
    "Report",
    "Same",
    "Seen",
    "Source",
    "Stretch",
    "Text",
    "Why",
    "address",
    "cut",
    "only",
    "register",
    "seen_by_author",
    "sources",
]
