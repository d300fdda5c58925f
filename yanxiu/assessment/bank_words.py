"""The words by which questions are found."""

from yanxiu.catalogue.content import AnyQuestion, text_of
from yanxiu.kit import search


def vector_of(question: AnyQuestion, source: str = "") -> str:
    """Return the `tsvector` of a question, its stem first, as PostgreSQL reads it."""
    return search.vector([(question.stem, "A"), (text_of(question).removeprefix(question.stem), "B"), (source, "C")])
