"""One row of a roster, and what can be said about it without looking at anything stored."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import product

from yanxiu.kit.errors import DomainError
from yanxiu.kit.text import half_width, person_name
from yanxiu.orgs.models import Org, Stage
from yanxiu.orgs.queries import subjects
from yanxiu.people import identity, mobile
from yanxiu.people.models import IdentityKind, RowOutcome
from yanxiu.people.newcomers import checked_name, checked_teachings

_KINDS = {
    "": IdentityKind.RESIDENT, "居民身份证": IdentityKind.RESIDENT, "身份证": IdentityKind.RESIDENT, "二代身份证": IdentityKind.RESIDENT,
    "港澳台居民居住证": IdentityKind.HK_MO_TW, "港澳居民居住证": IdentityKind.HK_MO_TW, "台湾居民居住证": IdentityKind.HK_MO_TW,
    "护照": IdentityKind.PASSPORT, "外国护照": IdentityKind.PASSPORT, "其他": IdentityKind.OTHER, "其他证件": IdentityKind.OTHER,
}  # fmt: skip
_STAGES = {
    "幼儿": "幼儿园", "学前": "幼儿园", "小学段": "小学",
    "初级中学": "初中", "初中段": "初中", "高级中学": "高中", "普通高中": "高中", "普高": "高中",
}  # fmt: skip
_SUBJECTS = {
    "体育": "体育与健康", "信息科技": "信息技术", "综合实践": "综合实践活动", "心理健康": "心理健康教育", "心理": "心理健康教育",
    "思想政治": "政治", "道法": "道德与法治", "通用": "通用技术",
}  # fmt: skip
_PLAN = {
    "": "",
    "是": "yes",
    "计划内": "yes",
    "√": "yes",
    "y": "yes",
    "yes": "yes",
    "否": "no",
    "计划外": "no",
    "×": "no",
    "n": "no",
    "no": "no",
}
_BETWEEN = re.compile(r"[、/;,，；|\\\n]+")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE][+-]?\d+")
_PLAIN_NAME = re.compile("[\u4e00-\u9fff]{1,30}(?:·[\u4e00-\u9fff]{1,20}){0,2}").fullmatch
_NAME_MARKS = frozenset(" ·-'’.")
STAGE_NAMES = tuple(Stage.values)


@dataclass(kw_only=True, slots=True)
class Row:
    """A row and what was decided about it. `values` are texts by field; `numeric` the fields that came as numbers.

    `identity` and `mobile` are the numbers in canonical form, once they are checked.
    `decision` is a human's: "" | new (register) | same (the known person) | transfer | refuse. `cell` is the field whose cell the
    reason is about.
    """

    number: int
    values: dict[str, str]
    numeric: frozenset[str] = frozenset()
    decision: str = ""
    person_id: int | None = None
    chosen_unit_id: int | None = None
    pk: int | None = None
    outcome: str = RowOutcome.ACCEPTED
    reason: str = ""
    words: str = ""
    cell: str = ""
    name: str = ""
    hint: str = ""
    index: bytes | None = None
    identity: str = ""
    mobile: str = ""
    unit: Org | None = None
    teachings: tuple[tuple[str, str], ...] = ()
    candidates: list[dict[str, object]] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Nothing speaks against the row so far."""
        return self.outcome == RowOutcome.ACCEPTED

    def reset(self) -> None:
        """Forget what was decided by rule; a human's decision stays."""
        self.outcome, self.reason, self.words, self.cell, self.candidates = RowOutcome.ACCEPTED, "", "", "", []
        self.name = self.hint = self.identity = self.mobile = ""
        self.index, self.unit, self.teachings = None, None, ()
        if self.decision != "same":
            self.person_id = None

    def follow(self, other: "Row") -> None:
        """Take over what was found out about a row with the same texts."""
        self.unit, self.teachings = other.unit, other.teachings
        self.outcome, self.reason, self.words, self.cell = other.outcome, other.reason, other.words, other.cell
        self.candidates = [dict(one) for one in other.candidates]

    def value(self, name: str) -> str:
        """Return the text of a field, "" when the cell is empty."""
        return self.values.get(name, "")

    def refuse(self, reason: str, words: str, cell: str) -> None:
        """Refuse the row for what stands in a cell."""
        self.outcome, self.reason, self.words, self.cell = RowOutcome.REFUSED, reason, words, cell

    def hold(self, reason: str, words: str, cell: str, candidates: Sequence[Mapping[str, object]] = ()) -> None:
        """Leave the row to a human."""
        self.outcome, self.reason, self.words, self.cell = RowOutcome.HELD, reason, words, cell
        self.candidates = [dict(one) for one in candidates]

    def match(self, person_id: int, words: str) -> None:
        """Use the account of a known person; nothing about her changes."""
        self.outcome, self.reason, self.person_id, self.words, self.cell = RowOutcome.MATCHED, "known", person_id, words, ""

    @property
    def kind(self) -> IdentityKind:
        """The kind of document; a resident's where nothing is said."""
        said = self.values.get("identity_kind")
        return _KINDS.get(half_width(said), IdentityKind.RESIDENT) if said else IdentityKind.RESIDENT

    @property
    def is_in_plan(self) -> str:
        """Return yes, no or "" (not said)."""
        return _PLAN.get(half_width(self.value("plan")).lower(), "")


def check_alone(row: Row, *, on: date) -> None:
    """Judge the texts of a row by themselves; sets name, identity and the first reason against the row."""
    if row.decision == "refuse":
        row.refuse("by_hand", "您已决定不导入这一行", "name")
        return
    _check_name(row)
    for name, check in _CHECKS:
        if row.values.get(name):
            if row.outcome != RowOutcome.ACCEPTED:
                return
            check(row, on)


def check_teachings(row: Row) -> None:
    """Read stages and subjects, with what the unit's only stage says where the stage is left out."""
    stages = [_stage(part) for part in _parts(row.value("stage"))]
    wanted = _parts(row.value("subject"))
    if not stages and not wanted:
        return
    unknown = next((part for part in stages if part not in STAGE_NAMES), None)
    if unknown is not None:
        row.refuse("stage", f"没有「{unknown[:20]}」这个学段，应为幼儿园、小学、初中或高中", "stage")
        return
    if not wanted:
        row.refuse("subject", "写了学段，没写学科，请补上学科，或把学段也空着由本人补", "subject")
        return
    try:
        pairs = _pairs(wanted, stages, row)
        row.teachings = tuple(checked_teachings(pairs)) if row.is_open else ()
    except DomainError as error:
        row.refuse("subject", _sentence(error), error.field if error.field in {"stage", "subject"} else "subject")


def _check_name(row: Row) -> None:
    raw = row.value("name")
    if "name" in row.numeric:
        row.refuse("name", "姓名是一个数字，请核对", "name")
        return
    if _PLAIN_NAME(raw):
        row.name = raw
        return
    try:
        row.name = checked_name(raw)
    except DomainError as error:
        row.refuse("name", _sentence(error), "name")
        return
    strange = "".join(dict.fromkeys(c for c in row.name if not (unicodedata.category(c)[0] in "LM" or c in _NAME_MARKS)))
    if any(c in "?\ufffd" for c in strange):
        row.refuse("name", "姓名里有丢了的字（显示成问号），请照证件补上", "name")
    elif any(unicodedata.category(c) == "Co" for c in strange):
        row.refuse("name", "姓名里有自造字，别的电脑上显示不出来，请换成国标字", "name")
    elif strange:
        row.refuse("name", f"姓名里有「{strange[:10]}」，请只留姓名", "name")
    elif person_name(row.name)[0] in _NAME_MARKS:
        row.refuse("name", "姓名以标点开头，请核对", "name")


def _check_kind(row: Row, on: date) -> None:  # noqa: ARG001 - checks are called alike
    kind = half_width(row.value("identity_kind"))
    if kind not in _KINDS:
        row.refuse("identity_kind", f"不认识证件类型「{kind[:20]}」，应为居民身份证、港澳台居民居住证、护照或其他证件", "identity_kind")


def _check_identity(row: Row, on: date) -> None:
    raw = row.value("identity")
    if not raw.strip():
        return
    if "identity" in row.numeric:
        row.refuse("numeric", "证件号存成了数字，末尾几位可能已经丢失。请把这一列设为文本，照原件重新填", "identity")
        return
    if not raw[:17].isdecimal() and _SCIENTIFIC.fullmatch(half_width(raw).replace(" ", "")):
        row.refuse("numeric", "证件号被表格软件改成了科学计数，末尾几位已经丢失。请把这一列设为文本，照原件重新填", "identity")
        return
    try:
        known = identity.read(raw, kind=row.kind, on=on)
    except DomainError as error:
        row.refuse("identity", _sentence(error), "identity")
        return
    row.index, row.hint, row.identity = known.blind_index, known.hint, known.number
    if known.number.endswith("000") and len(known.number) == 18 and row.decision != "new":
        row.hold("cut", "证件号以 000 结尾，像是被表格软件截断过，请对照原件", "identity")


def _check_mobile(row: Row, on: date) -> None:  # noqa: ARG001
    raw = row.value("mobile")
    if raw.strip():
        try:
            row.mobile = mobile.read(raw)
        except DomainError as error:
            row.refuse("mobile", _sentence(error), "mobile")


def _check_staff_number(row: Row, on: date) -> None:  # noqa: ARG001
    if len(row.value("staff_number")) > 40:
        row.refuse("staff_number", f"教师编号 {len(row.value('staff_number'))} 位，最长 40 位，请核对", "staff_number")


def _check_plan(row: Row, on: date) -> None:  # noqa: ARG001
    plan = half_width(row.value("plan")).lower()
    if plan not in _PLAN:
        row.refuse("plan", f"看不懂「{plan[:20]}」，应为 是 或 否（计划内、计划外也行）", "plan")


_CHECKS: tuple[tuple[str, Callable[[Row, date], None]], ...] = (
    ("identity_kind", _check_kind), ("identity", _check_identity), ("mobile", _check_mobile), ("staff_number", _check_staff_number),
    ("plan", _check_plan),
)  # fmt: skip


def _pairs(wanted: list[str], stages: list[str], row: Row) -> list[tuple[str, str]]:
    split = [_split(part) for part in wanted]
    if all(stage for stage, _ in split):  # 初中物理、高中物理
        return split
    names = [subject for stage, subject in split if not stage]
    stages = stages or _only_stage(names, row)
    if not stages:
        row.refuse("stage", "写了学科，没写学段，请补上学段", "stage")
        return []
    if len(stages) > 1 and len(names) > 1:
        row.refuse("subject", f"有 {len(stages)} 个学段、{len(names)} 个学科，看不出怎么配。请写成“初中数学、高中物理”这样", "subject")
        return []
    plain = [(stage, _at_stage(stage, subject)) for stage, subject in product(stages, names)]
    return [pair for pair in split if pair[0]] + plain


def _split(part: str) -> tuple[str, str]:
    for stage in STAGE_NAMES:
        if part.startswith(stage) and len(part) > len(stage):
            return stage, _at_stage(stage, _subject(part[len(stage) :]))
    return "", _subject(part)


def _only_stage(names: list[str], row: Row) -> list[str]:
    if row.unit is not None and len(row.unit.stages) == 1:
        return [str(row.unit.stages[0])]
    known = subjects()
    possible = {known[name].stages for name in names if name in known}
    only = possible.pop() if len(possible) == 1 else ()
    return [str(only[0])] if len(only) == 1 else []


def _at_stage(stage: str, subject: str) -> str:
    return "道德与法治" if subject == "政治" and stage in {"小学", "初中"} else subject  # its name since 2016


def _subject(text: str) -> str:
    return _SUBJECTS.get(text, text)


def _stage(text: str) -> str:
    return _STAGES.get(text, text)


def _parts(text: str) -> list[str]:
    plain = (re.sub(r"\s+", "", half_width(part)) for part in _BETWEEN.split(half_width(text)))
    return list(dict.fromkeys(part for part in plain if part))


def _sentence(error: DomainError) -> str:
    return error.message.rstrip("。")
