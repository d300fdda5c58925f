"""Questions inside a film as their author writes them: a moment on a line of its own, and the question below it.

    02:15
    观课记录最应当写下什么？
    A. 自己的感受
    B. 看得见的证据
    答案：B

`02:15 选答` makes a question that may be passed over; without it what follows counts only after the right answer.
"""

import re

from django.utils.translation import gettext as _

from yanxiu.catalogue import question_text
from yanxiu.catalogue.content import Cue
from yanxiu.kit.errors import Invalid
from yanxiu.kit.text import plain

_MOMENT = re.compile(r"(?:(\d{1,2})[:：])?(\d{1,3})[:：](\d{2})\s*(选答|必答)?")
_NUMBERED = re.compile(r"\d{1,3}[.、．]\s*\S")


def parse(text: str) -> tuple[Cue, ...]:
    """Read questions with their moments. Raises Invalid with the line of what cannot be understood."""
    blocks: list[tuple[int, int, bool, list[str]]] = []
    for number, raw in enumerate(plain(text).split("\n"), start=1):
        line = raw.strip()
        if found := _MOMENT.fullmatch(line):
            hours, minutes, seconds = int(found[1] or 0), int(found[2]), int(found[3])
            if seconds > 59 or (found[1] and minutes > 59):
                raise Invalid(
                    _("第 %(line)s 行：没有“%(moment)s”这个时刻，秒数到 59 为止。") % {"line": number, "moment": line}, field="cues"
                )
            blocks.append((number, hours * 3600 + minutes * 60 + seconds, found[4] != "选答", []))
        elif blocks:
            blocks[-1][3].append(line)
        elif line:
            raise Invalid(_("第 %(line)s 行：先写时刻，像“02:15”，下面写题目。") % {"line": number}, field="cues")
    return tuple(_cue(*block) for block in blocks)


def write(cues: tuple[Cue, ...]) -> str:
    """Return the text from which `parse` makes the same questions."""
    return "\n\n".join(
        f"{moment(cue.second)}{'' if cue.required else ' 选答'}\n{question_text.write((cue.question,)).removeprefix('1. ')}" for cue in cues
    )


def moment(second: int) -> str:
    """Return a moment of a film as it is written: 02:15."""
    return f"{second // 60:02d}:{second % 60:02d}"


def _cue(line: int, second: int, required: bool, lines: list[str]) -> Cue:
    words = "\n".join(lines).strip()
    if not words:
        raise Invalid(_("第 %(line)s 行：%(moment)s 下面还没有题目。") % {"line": line, "moment": moment(second)}, field="cues")
    try:
        questions = question_text.parse(words if _NUMBERED.match(words) else f"1. {words}")
    except Invalid as error:
        raise Invalid(_("%(moment)s 的提问：%(problem)s") % {"moment": moment(second), "problem": error.message}, field="cues") from error
    if len(questions) != 1:
        text = _("%(moment)s 下面有 %(count)s 题，一个时刻只问一题，请分开写时刻。")
        raise Invalid(text % {"moment": moment(second), "count": len(questions)}, field="cues")
    return Cue(second=second, question=questions[0], required=required)
