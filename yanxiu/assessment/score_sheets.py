"""Scores in an .xlsx: which row is whom, what stands in it, and what is wrong with it, by cell."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from yanxiu.kit.errors import Invalid
from yanxiu.kit.text import half_width, whole_number
from yanxiu.people.roster.cells import Sheet, letters
from yanxiu.people.roster.refusal import BadRoster
from yanxiu.people.roster.workbook import Workbook

NUMBER, NAME, UNIT, SCORE = "编号", "姓名", "单位", "成绩"
ABSENT = "缺考"
MOST_ROWS = 20_000
_HEADING_WITHIN = 20


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A row that cannot be taken: the cell, what stands there, and why."""

    cell: str
    text: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Read:
    """What a file says: scores as typed, by enrolment ("缺考" or a number), rows without a score, and what was refused."""

    scores: Mapping[int, str]
    blank: int
    refused: tuple[Refused, ...]


def read_scores(content: bytes, names: Mapping[int, str]) -> Read:
    """Read a filled-in list; `names` are the participants by enrolment. Nothing is stored. Raises Invalid for a file that is no list."""
    try:
        sheet = next(iter(Workbook(content).sheets(first_rows=MOST_ROWS + _HEADING_WITHIN)), None)
    except BadRoster as error:
        raise Invalid(_("文件读不出来。请用下载的 .xlsx 名单填好再选。"), field="file") from error
    if sheet is None:
        raise Invalid(_("文件里没有工作表。请用下载的名单填。"), field="file")
    heading, columns = _heading(sheet)
    scores: dict[int, str] = {}
    refused: list[Refused] = []
    blank = 0
    for number, cells in sheet.rows.items():
        if number <= heading or not any(cells.values()):
            continue
        text = half_width(cells.get(columns[SCORE], "")).strip()
        if not text:
            blank += 1
            continue
        problem = _problem(number, cells, text, columns, names, scores)
        if problem is None:
            scores[int(cells[columns[NUMBER]].strip())] = text
        else:
            refused.append(problem)
    return Read(scores=scores, blank=blank, refused=tuple(refused))


def score_in(text: str) -> tuple[Decimal | None, bool] | None:
    """Read a typed score: a number from 0 to 100 with at most two places, or 缺考; None for anything else."""
    if text == ABSENT:
        return None, True
    try:
        score = Decimal(text)
    except InvalidOperation:
        return None
    exponent = score.as_tuple().exponent
    if not text.isascii() or not score.is_finite() or not isinstance(exponent, int) or exponent < -2 or not 0 <= score <= 100:
        return None
    return score, False


def _heading(sheet: Sheet) -> tuple[int, dict[str, int]]:
    for number, cells in sheet.rows.items():
        if number > _HEADING_WITHIN:
            break
        found = {text.strip(): column for column, text in cells.items()}
        if NUMBER in found and SCORE in found:
            return number, found
    raise Invalid(_("没有找到“编号”和“成绩”两列的表头。请用下载的名单填，不要改表头。"), field="file")


def _problem(
    number: int, cells: Mapping[int, str], text: str, columns: Mapping[str, int], names: Mapping[int, str], scores: Mapping[int, str]
) -> Refused | None:
    raw = cells.get(columns[NUMBER], "").strip()
    whom = whole_number(raw) or 0
    place = f"{letters(columns[NUMBER])}{number}"
    if whom not in names:
        return Refused(cell=place, text=raw[:40], reason=_("名单里没有这个编号。请用下载的名单，不要改编号"))
    if whom in scores:
        return Refused(cell=place, text=raw[:40], reason=_("这个编号前面已经有一行"))
    name = cells.get(columns[NAME], "").strip() if NAME in columns else ""
    if name and name != names[whom]:
        words = {"name": names[whom]}
        return Refused(cell=f"{letters(columns[NAME])}{number}", text=name[:40], reason=_("编号是 %(name)s 的，姓名对不上") % words)
    if score_in(text) is None:
        place = f"{letters(columns[SCORE])}{number}"
        return Refused(cell=place, text=text[:40], reason=_("分数在 0 到 100 之间，最多两位小数；没来的写“缺考”"))
    return None
