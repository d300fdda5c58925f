"""Questions of ballots and answers to them: what is a usable one. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from yanxiu.kit.errors import Invalid
from yanxiu.kit.text import plain
from yanxiu.workshops.models import BallotQuestion, QuestionKind

MOST_OPTIONS, MOST_WORDS = 30, 2_000
_BARE = (QuestionKind.SCALE, QuestionKind.TEXT)

Answer = Sequence[int] | str
"""Positions of options from 0, the number of a scale, or words."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question as it is to be asked; `least` and `most` (0 = all) matter where several options may be taken."""

    title: str
    kind: str = QuestionKind.ONE
    options: Sequence[str] = ()
    least: int = 1
    most: int = 1
    is_required: bool = True


def answered(question: BallotQuestion, given: Answer | None) -> list[int] | str | None:
    """Return an answer as it is kept, None for none. Raises Invalid at `q<id>`, whose label is the question."""
    kept = _words(question, given) if question.kind == QuestionKind.TEXT else _picked(question, given)
    if question.is_required and not kept:
        said = _("还没有写，请写上。") if question.kind == QuestionKind.TEXT else _("还没有选，请选一项。")
        raise Invalid(said, field=f"q{question.pk}")
    return kept or None


def _words(question: BallotQuestion, given: Answer | None) -> str:
    words = plain(given if isinstance(given, str) else "").strip()
    if len(words) > MOST_WORDS:
        counted = {"most": MOST_WORDS, "n": len(words)}
        raise Invalid(_("最多写 %(most)s 个字，现在 %(n)s 个。") % counted, field=f"q{question.pk}")
    return words


def _picked(question: BallotQuestion, given: Answer | None) -> list[int]:
    name = f"q{question.pk}"
    picked = sorted(set(given)) if given is not None and not isinstance(given, str) else []
    allowed = range(1, 6) if question.kind == QuestionKind.SCALE else range(len(question.options))
    if any(one not in allowed for one in picked):
        raise Invalid(_("没有这一项，请刷新后重选。"), field=name)
    if not picked or question.least <= len(picked) <= question.most:
        return picked
    bounds = {"least": question.least, "most": question.most, "n": len(picked)}
    if question.kind != QuestionKind.MANY:
        raise Invalid(_("只能选一项，现在选了 %(n)s 项。") % bounds, field=name)
    raise Invalid(_("请选 %(least)s—%(most)s 项，现在选了 %(n)s 项。") % bounds, field=name)


def checked_question(one: Asked, number: int) -> Asked:
    """Return a question as it is kept; `number` counts from 1. Raises Invalid at `question<number>`."""
    where = f"question{number}"
    title = " ".join(plain(one.title).split())
    if not 2 <= len(title) <= 200:
        raise Invalid(_("第 %(n)s 题的题目 2—200 个字。") % {"n": number}, field=where)
    if one.kind not in QuestionKind.values:
        raise Invalid(_("第 %(n)s 题请选题型。") % {"n": number}, field=where)
    if one.kind in _BARE:
        return Asked(title=title, kind=one.kind, is_required=one.is_required)
    options = _options(one, number)
    if one.kind == QuestionKind.ONE:
        return Asked(title=title, kind=one.kind, options=options, is_required=one.is_required)
    most = one.most or len(options)
    if not 1 <= one.least <= most <= len(options):
        raise Invalid(_("第 %(n)s 题最少和最多选几项，要在 1—%(most)s 之间。") % {"n": number, "most": len(options)}, field=where)
    return Asked(title=title, kind=one.kind, options=options, least=one.least, most=most, is_required=one.is_required)


def _options(one: Asked, number: int) -> list[str]:
    where = f"question{number}"
    options = [text for option in one.options if (text := " ".join(plain(option).split()))]
    if not 2 <= len(options) <= MOST_OPTIONS:
        raise Invalid(_("第 %(n)s 题要 2—%(most)s 个选项，一行一个。") % {"n": number, "most": MOST_OPTIONS}, field=where)
    if len(set(options)) < len(options):
        raise Invalid(_("第 %(n)s 题有两个选项一样，请改一个。") % {"n": number}, field=where)
    if any(len(option) > 120 for option in options):
        raise Invalid(_("第 %(n)s 题有选项超过 120 个字，请写短。") % {"n": number}, field=where)
    return options
