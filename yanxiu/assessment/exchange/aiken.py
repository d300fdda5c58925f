"""Aiken: a question on a line, options with letters, ANSWER."""

import re
from dataclasses import dataclass, field

from yanxiu.assessment.exchange import building
from yanxiu.assessment.exchange.markup import from_inline, literal
from yanxiu.assessment.exchange.shape import Gathering, Unfit
from yanxiu.catalogue.content import AnyQuestion

_OPTION = re.compile(r"([A-Z])[.)](\s{0,9})(\S.*)")
_ANSWER = re.compile(r"ANSWER:\s*(.*)", re.IGNORECASE)
_LETTERS = re.compile(r"[A-Za-z](?:\s*[,;]?\s*[A-Za-z])*")


@dataclass(kw_only=True)
class _Draft:
    line: int
    stem: list[str] = field(default_factory=list)
    options: list[tuple[str, str]] = field(default_factory=list)


def looks(text: str) -> bool:
    """Tell whether a text has lines `ANSWER: X`."""
    return re.search(r"(?m)^ANSWER:", text[:200_000]) is not None


def read(text: str) -> Gathering:
    """Read a file."""
    found = Gathering("aiken")
    draft: _Draft | None = None
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.strip()
        if not line:
            continue
        draft = draft or _Draft(line=number)
        if answer := _ANSWER.fullmatch(line):
            _finish(draft, answer[1], found)
            draft = None
        elif (option := _OPTION.fullmatch(line)) and (option[2] or ord(option[1]) == ord("A") + len(draft.options)):
            draft.options.append((option[1], option[3]))
        elif draft.options:
            draft = _interrupted(draft, line, number, found)
        else:
            draft.stem.append(line)
    if draft is not None:
        found.refuse(_place(draft), " ".join(draft.stem), "后面没有 ANSWER: 这一行，请补上。")
    return found


def _interrupted(draft: _Draft, line: str, number: int, found: Gathering) -> _Draft:
    """A line after options that is no option: the question before has no answer, and the next begins."""
    found.refuse(_place(draft), " ".join(draft.stem), f"选项后面的第 {number} 行既不是选项，也不是 ANSWER:。每个选项写在一行里。")
    return _Draft(line=number, stem=[line])


def _finish(draft: _Draft, answer: str, found: Gathering) -> None:
    place = _place(draft)
    try:
        question = _question(draft, answer)
    except Unfit as why:
        found.refuse(place, " ".join(draft.stem), str(why))
    else:
        found.keep(question, place)


def _question(draft: _Draft, answer: str) -> AnyQuestion:
    letters = [letter for letter, _ in draft.options]
    if not draft.options:
        raise Unfit("没有选项，选项写成“A. 内容”，一行一个。")
    if len(set(letters)) < len(letters):
        raise Unfit("有两个选项用了同一个字母。")
    wanted = [one for one in answer.upper() if one.isalpha()] if _LETTERS.fullmatch(answer.strip()) else []
    if not wanted or any(one not in letters for one in wanted):
        raise Unfit(f"ANSWER 写的“{answer.strip()[:20]}”对不上选项 {'、'.join(letters)}。")
    stem = from_inline(literal("\n".join(draft.stem)))
    options = [from_inline(literal(text)) for _, text in draft.options]
    return building.choice(stem, options, [letters.index(one) for one in wanted])


def _place(draft: _Draft) -> str:
    return f"第 {draft.line} 行"
