"""The headings of rosters, in the many words that offices use for them."""

import re
from collections.abc import Mapping
from functools import lru_cache

from yanxiu.kit.text import half_width

GUIDE = "填写说明"  # the sheet of the template that says how to fill it in; nobody is told that it was not read
FIELDS: dict[str, str] = {
    "name": "姓名", "identity_kind": "证件类型", "identity": "证件号码", "mobile": "手机号", "unit_code": "学校代码", "unit": "学校",
    "stage": "学段", "subject": "学科", "staff_number": "教师编号", "plan": "是否计划内",
}  # fmt: skip
_SYNONYMS: dict[str, str] = {
    "name": "姓名 教师姓名 名字 学员姓名 参训教师 参训教师姓名 参训学员 教师 老师姓名 真实姓名 name",
    "identity": "身份证号 身份证号码 证件号码 证件号 身份证 身份证件号 身份证件号码 居民身份证号 居民身份证号码 "
    "公民身份号码 身份号码 身份证编号 idnumber",
    "identity_kind": "证件类型 证件种类 证件类别 身份证件类型 身份证件类别",
    "mobile": "手机 手机号 手机号码 联系电话 电话 联系方式 移动电话 联系手机 电话号码 本人手机 mobile phone",
    "unit": "学校 单位 所在学校 工作单位 学校名称 单位名称 所在单位 任教学校 工作学校 学校全称 单位全称 所属学校 school",
    "unit_code": "学校代码 单位代码 学校标识码 学校编码 单位编码 机构代码 学校(机构)标识码 学校机构标识码",
    "stage": "学段 任教学段 所教学段 教学学段 学段类别 任课学段 stage",
    "subject": "学科 任教学科 科目 所教学科 任教科目 任课学科 教学科目 所教科目 专业学科 任教专业 subject",
    "staff_number": "工号 职工号 教师编号 教职工号 人员编号 教师号 教工号 职工编号 教师工号",
    "plan": "是否计划内 计划内 是否计划 计划类别 计划内外 计划内/外 计划性质 参训类别",
}
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_LEAVES = re.compile(r"[\s:*#_\-、,.。·]+")


@lru_cache(maxsize=4096)
def field_of(text: str) -> str:
    """Return the field that a heading names, "" when it names none of ours."""
    if not text or len(text) > 80:
        return ""
    whole = _LEAVES.sub("", half_width(text)).lower()
    short = _LEAVES.sub("", _BRACKETS.sub("", half_width(text))).lower()
    return _words().get(whole) or _words().get(short, "")


def columns_of(row: Mapping[int, str]) -> dict[int, str]:
    """Return the columns of a row whose text is a heading, with their fields."""
    found = {column: field_of(text) for column, text in row.items()}
    return {column: field for column, field in found.items() if field}


def is_heading(columns: Mapping[int, str]) -> bool:
    """Tell whether these columns make a heading row: the name and at least one more."""
    return "name" in columns.values() and len(set(columns.values())) >= 2


@lru_cache(maxsize=1)
def _words() -> dict[str, str]:
    return {_LEAVES.sub("", word).lower(): field for field, words in _SYNONYMS.items() for word in words.split(" ")}
