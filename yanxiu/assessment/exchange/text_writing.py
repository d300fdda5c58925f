"""GIFT and Aiken, written."""

from decimal import Decimal

from yanxiu.assessment.exchange.markup import as_text
from yanxiu.assessment.exchange.writing import CannotHold, Leaving, Written, by_point, each, lost_by_hand
from yanxiu.catalogue.content import LETTERS, AnyQuestion, Blank, Cloze, FillIn, Matching, Material, Ordering, Question
from yanxiu.catalogue.content import Written as ByHand

_SIGNS = str.maketrans({sign: f"\\{sign}" for sign in "~=#{}:\\"} | {"\n": "\\n"})


def gift(leaving: list[Leaving]) -> Written:
    """Return the questions as GIFT; pictures are named by their words."""
    left_out: list[tuple[int, str]] = []
    lines: list[str] = []
    point = ""
    for one in by_point(leaving):
        made = each([one], _gift, left_out)
        if made and one.point != point:
            point = one.point
            lines.append(f"$CATEGORY: {point.replace('/', '//') or 'top'}")
        lines += made
    return Written(data="\n\n".join(["// 题库导出", *lines, ""]).encode(), left_out=left_out, lost=lost_by_hand(leaving))


def aiken(leaving: list[Leaving]) -> Written:
    """Return the questions as Aiken: choices on one line each, nothing else."""
    left_out: list[tuple[int, str]] = []
    made = each(leaving, lambda one: _aiken(one.question), left_out)
    return Written(data="\n\n".join([*made, ""]).encode(), left_out=left_out)


def _gift(one: Leaving) -> str:
    question = one.question
    body = _body(question)
    if isinstance(question, FillIn):
        return f"::{one.number}::[plain]" + _filled(question)
    remark = f"\n####{_escaped(question.explanation)}" if question.explanation else ""
    return f"::{one.number}::[plain]{_escaped(question.stem)} {{{body}{remark}\n}}"


def _body(question: AnyQuestion) -> str:
    if isinstance(question, Question):
        if question.kind == "true_false":
            return "TRUE" if question.answers == (0,) else "FALSE"
        return _choices(question)
    if isinstance(question, Matching):
        if len(question.left) < 2 or any("->" in text for text in (*question.left, *question.right)):
            raise CannotHold("GIFT 的连线题里不能写 ->")
        pairs = [f"\n={_escaped(left)} -> {_escaped(question.right[to])}" for left, to in zip(question.left, question.pairs, strict=True)]
        spare = [f"\n= -> {_escaped(text)}" for place, text in enumerate(question.right) if place not in question.pairs]
        return "".join(pairs + spare)
    if isinstance(question, ByHand | FillIn):
        return ""
    names = {Ordering: "排序题", Cloze: "完形填空", Material: "材料题"}
    raise CannotHold(f"GIFT 没有{names[type(question)]}")


def _choices(question: Question) -> str:
    if question.kind == "single":
        return "".join(f"\n{'=' if place in question.answers else '~'}{_escaped(text)}" for place, text in enumerate(question.options))
    worth = f"{Decimal(100) / len(question.answers):.5f}".rstrip("0").rstrip(".")
    return "".join(f"\n~%{worth if place in question.answers else -100}%{_escaped(text)}" for place, text in enumerate(question.options))


def _filled(question: FillIn) -> str:
    if question.in_any_order:
        raise CannotHold("GIFT 的填空题分先后")
    stem = _escaped(question.stem)
    remark = f"\n####{_escaped(question.explanation)}" if question.explanation else ""
    for number, blank in enumerate(question.blanks, start=1):
        body = _blank(blank) + (remark if number == len(question.blanks) else "")
        stem = stem.replace(f"[[{number}]]", f"{{{body}\n}}", 1)
    return stem


def _blank(blank: Blank) -> str:
    if blank.is_case_sensitive:
        raise CannotHold("GIFT 的填空题不分大小写")
    if blank.tolerance is None:
        return "".join(f"\n={_escaped(text)}" for text in blank.accepts)
    if len(blank.accepts) == 1:
        return f"#{blank.accepts[0]}:{blank.tolerance:f}"
    return "#" + "".join(f"\n={text}:{blank.tolerance:f}" for text in blank.accepts)


def _escaped(text: str) -> str:
    return text.translate(_SIGNS)


def _aiken(question: AnyQuestion) -> str:
    if not isinstance(question, Question) or question.kind == "multiple":
        raise CannotHold("Aiken 只有单选题和判断题")
    if any("\n" in text for text in question.options) or question.explanation:
        raise CannotHold("Aiken 的选项只能一行，放不下解析")
    options = [f"{letter}. {as_text(text)}" for letter, text in zip(LETTERS, question.options, strict=False)]
    stem = "\n".join(line for line in as_text(question.stem).split("\n") if line.strip())
    return "\n".join([stem, *options, f"ANSWER: {LETTERS[question.answers[0]]}"])
