"""Questions as people type them: from the fields of a form to a question, and back."""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from yanxiu.assessment.question_forms import MaterialForm, QuestionForm
from yanxiu.catalogue import content
from yanxiu.catalogue.content import (
    TRUE_FALSE,
    AnyQuestion,
    Blank,
    Cloze,
    FillIn,
    Gap,
    Matching,
    Material,
    MaterialPart,
    Ordering,
    PartQuestion,
    Question,
    Written,
)
from yanxiu.kit.errors import Invalid

_SPLIT = re.compile(r"[｜|；;]")


def question_in(form: QuestionForm) -> AnyQuestion:
    """Return the question of a form, unchecked. Raises Invalid."""
    if not isinstance(form, MaterialForm):
        return _READERS[form.kind](form)
    parts = tuple(
        MaterialPart(question=_READERS[inner.kind](inner), share=_decimal(share, _("小题的分值"))) for inner, _n, share in form.parts
    )
    return Material(stem=form.text("stem"), parts=parts, explanation=form.text("explanation"))


def initial_of(question: AnyQuestion) -> dict[str, Any]:
    """Return how a question stands in its form."""
    if isinstance(question, Material):
        forms_ = {n: initial_of(part.question) for n, part in enumerate(question.parts, start=1)}
        kinds = [content.type_of(part.question) for part in question.parts]
        return {
            "stem": question.stem, "explanation": question.explanation, "kinds": kinds, "forms": forms_,
            "shares": {n: part.share for n, part in enumerate(question.parts, start=1)},
        }  # fmt: skip
    found: dict[str, Any] = {"stem": question.stem, "explanation": question.explanation}
    return found | _WRITERS[type(question)](question)


def _judged(form: QuestionForm) -> PartQuestion:
    answer = form.text("answer")
    right = (int(answer),) if answer in ("0", "1") else ()
    return Question(kind="true_false", stem=form.text("stem"), options=TRUE_FALSE, answers=right, explanation=form.text("explanation"))


def _choice(form: QuestionForm) -> PartQuestion:
    filled = [n for n in range(1, form.count + 1) if form.text(f"a{n}")]
    answers = tuple(place for place, n in enumerate(filled) if form.ticked(f"t{n}"))
    lost = next((n for n in range(1, form.count + 1) if form.ticked(f"t{n}") and n not in filled), None)
    if lost:
        raise Invalid(_("第 %(number)s 行标了正确，却没有写选项。请补上或去掉。") % {"number": lost}, field=f"a{lost}")
    options = tuple(form.text(f"a{n}") for n in filled)
    return Question(
        kind="multiple" if form.kind == "multiple" else "single",
        stem=form.text("stem"),
        options=options,
        answers=answers,
        explanation=form.text("explanation"),
    )


def _fill_in(form: QuestionForm) -> PartQuestion:
    blanks = []
    for n in range(1, form.count + 1):
        accepts = tuple(part.strip() for part in _SPLIT.split(form.text(f"a{n}")) if part.strip())
        if accepts or form.text(f"b{n}"):
            raw = form.text(f"b{n}")
            tolerance = _decimal(raw, _("第 %(n)s 空的误差") % {"n": n}) if raw else None
            blanks.append(Blank(accepts=accepts, tolerance=tolerance, is_case_sensitive=form.ticked("case")))
    return FillIn(
        stem=form.text("stem"), blanks=tuple(blanks), in_any_order=form.ticked("in_any_order"), explanation=form.text("explanation")
    )  # fmt: skip


def _matching(form: QuestionForm) -> PartQuestion:
    left, right, pairs = [], [], []
    for n in range(1, form.count + 1):
        a, b = form.text(f"a{n}"), form.text(f"b{n}")
        if a and not b:
            raise Invalid(_("第 %(number)s 行只写了左边，请写上和它一对的右边。") % {"number": n}, field=f"b{n}")
        if b and b not in right:
            right.append(b)
        if a:
            left.append(a)
            pairs.append(right.index(b))
    return Matching(
        stem=form.text("stem"), left=tuple(left), right=tuple(right), pairs=tuple(pairs), explanation=form.text("explanation")
    )  # fmt: skip


def _ordering(form: QuestionForm) -> PartQuestion:
    parts = tuple(text for n in range(1, form.count + 1) if (text := form.text(f"a{n}")))
    return Ordering(stem=form.text("stem"), parts=parts, explanation=form.text("explanation"))


def _cloze(form: QuestionForm) -> PartQuestion:
    gaps = []
    for n in range(1, form.count + 1):
        options = tuple(part.strip() for part in _SPLIT.split(form.text(f"a{n}")) if part.strip())
        if options or form.text(f"b{n}"):
            gaps.append(Gap(options=options, answer=form.whole(f"b{n}", label=_("正确的是第几个"), default=0) - 1))
    return Cloze(stem=form.text("stem"), gaps=tuple(gaps), explanation=form.text("explanation"))


def _written(form: QuestionForm) -> PartQuestion:
    return Written(
        kind="essay" if form.kind == "essay" else "short",
        stem=form.text("stem"),
        reference=form.text("reference"),
        points=tuple(line.strip() for line in form.text("points").split("\n") if line.strip()),
        min_characters=form.whole("least", label=_("最少字数"), default=0),
        most_characters=form.whole("most", label=_("最多字数"), default=5_000),
        rubric_id=form.whole("rubric", label=_("评价标准"), default=0) or None,
        explanation=form.text("explanation"),
    )


_READERS: dict[str, Callable[[QuestionForm], PartQuestion]] = {
    "single": _choice, "multiple": _choice, "true_false": _judged, "fill_in": _fill_in, "matching": _matching, "ordering": _ordering,
    "cloze": _cloze, "short": _written, "essay": _written,
}  # fmt: skip


def _of_choice(question: Question) -> dict[str, Any]:
    if question.kind == "true_false":
        return {"answer": str(question.answers[0])}
    found: dict[str, Any] = {f"a{n}": text for n, text in enumerate(question.options, start=1)}
    return found | {f"t{place + 1}": True for place in question.answers} | {"rows": len(question.options)}


def _of_blanks(question: FillIn) -> dict[str, Any]:
    found: dict[str, Any] = {"in_any_order": question.in_any_order, "case": any(blank.is_case_sensitive for blank in question.blanks)}
    for n, blank in enumerate(question.blanks, start=1):
        found |= {f"a{n}": "；".join(blank.accepts), f"b{n}": "" if blank.tolerance is None else blank.tolerance}
    return found | {"rows": len(question.blanks)}


def _of_pairs(question: Matching) -> dict[str, Any]:
    rows = [(left, question.right[pair]) for left, pair in zip(question.left, question.pairs, strict=True)]
    rows += [("", text) for place, text in enumerate(question.right) if place not in question.pairs]
    return {"rows": len(rows)} | {f"{side}{n}": text for n, row in enumerate(rows, start=1) for side, text in zip("ab", row, strict=True)}


def _of_gaps(question: Cloze) -> dict[str, Any]:
    found: dict[str, Any] = {"rows": len(question.gaps)}
    for n, gap in enumerate(question.gaps, start=1):
        found |= {f"a{n}": "；".join(gap.options), f"b{n}": gap.answer + 1}
    return found


_WRITERS: dict[type, Callable[[Any], dict[str, Any]]] = {
    Question: _of_choice,
    FillIn: _of_blanks,
    Matching: _of_pairs,
    Ordering: lambda one: {"rows": len(one.parts)} | {f"a{n}": text for n, text in enumerate(one.parts, start=1)},
    Cloze: _of_gaps,
    Written: lambda one: {
        "reference": one.reference, "points": "\n".join(one.points), "least": one.min_characters, "most": one.most_characters,
        "rubric": one.rubric_id or "",
    },
}  # fmt: skip


def _decimal(raw: str, label: str) -> Decimal:
    try:
        return Decimal(raw.strip() or "1")
    except InvalidOperation:
        raise Invalid(_("%(label)s要写数，现在是“%(raw)s”。") % {"label": label, "raw": raw[:20]}) from None
