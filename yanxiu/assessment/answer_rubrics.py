"""Rubrics by which written answers of exams are marked: which one a question names, and what its levels come to. Exact in decimals."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from yanxiu.assessment import sheets
from yanxiu.assessment.composing import sheet_score
from yanxiu.assessment.models import Rubric, RubricUse
from yanxiu.catalogue import content
from yanxiu.catalogue.content import AnyQuestion, Written


def rubric_of(question: AnyQuestion) -> Rubric | None:
    """Return the rubric by which answers to a question are marked; None = by points. Cost: one query where it names one."""
    if not isinstance(question, Written) or question.rubric_id is None:
        return None
    return Rubric.objects.filter(pk=question.rubric_id, use=RubricUse.HOMEWORK).first()


def judged(rubric: Rubric, levels: Mapping[str, int], *, points: Decimal) -> tuple[dict[str, int], Decimal]:
    """Return the levels as kept and what they come to of a question's points, to a hundredth, half up.

    Raises Invalid, with the field, when a dimension has no level or an unknown one.
    """
    dimensions = sheets.read(rubric.dimensions)
    kept, total = sheet_score(dimensions, levels)
    return kept, content.points_of(Fraction(total) / Fraction(sheets.full(dimensions)), points)


def judgement(rubric: Rubric, levels: Mapping[str, int]) -> list[tuple[str, str, str]]:
    """Return dimension, level and what one sees there, for pages."""
    found = []
    for dimension in sheets.read(rubric.dimensions):
        place = levels.get(dimension.key, -1)
        if 0 <= place < len(dimension.levels):
            found.append((dimension.label, dimension.levels[place].label, dimension.levels[place].describes))
    return found
