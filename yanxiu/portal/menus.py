"""The menus of the roles (ux §3): nouns that teachers and offices say, at most nine, one level. Only pages that exist are shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from django.urls import NoReverseMatch
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yanxiu.kit.frame import MenuItem
from yanxiu.kit.templating import addresses

LEARNER = "learner"


@dataclass(frozen=True, kw_only=True, eq=False)  # each is one of a kind: comparing words would translate them
class Entry:
    """A line of a menu. `needs` names the ids that its address takes; `count` the count shown beside it."""

    label: str | Promise
    icon: str
    route: str
    needs: tuple[str, ...] = ()
    count: str = ""


def _entry(label: str | Promise, icon: str, route: str, *needs: str, count: str = "") -> Entry:
    return Entry(label=label, icon=icon, route=route, needs=needs, count=count)


SEAT = _entry(_("与中心同步"), "refresh", "learning:seat")
_HOME = _entry(_("今天"), "home", "portal:home")
_BOARD = _entry(_("看板"), "chart", "portal:home")
_COURSES = _entry(_("我的课程"), "book", "learning:my_courses")
_CHOOSE = _entry(_("选课"), "choose", "learning:choose", "enrolment")
_SPACES = _entry(_("工作坊"), "people", "workshops:spaces")
_STANDING = _entry(_("学时"), "clock", "portal:standing")
_LEDGER = _entry(_("学习档案"), "archive", "credits:my_ledger")
_TOPICS = _entry(_("选专题"), "choose", "learning:school_topics", "programme", "unit")
_PEOPLE = _entry(_("教师"), "people", "people:teachers")
_ROSTER = _entry(_("教师与名册"), "people", "people:teachers")
_PROGRESS = _entry(_("进度"), "chart", "insight:board")
_REMIND = _entry(_("进度与催办"), "flag", "insight:laggards")
_URGE = _entry(_("催办"), "flag", "insight:laggards")
_REVIEW = _entry(_("审核"), "inbox", "approvals:inbox", count="waiting")
_REVIEW_ONLY = _entry(_("审核"), "inbox", "approvals:inbox")
_LIBRARY = _entry(_("资源库"), "archive", "catalogue:library")
_CIRCULARS = _entry(_("通报"), "megaphone", "notices:notices")
_PLANS = _entry(_("方案"), "table", "programmes:programmes")
_CATALOGUE = _entry(_("课程与课例"), "book", "catalogue:courses")
_SETTLE = _entry(_("学分登记"), "wallet", "credits:settlements")
_UNITS = _entry(_("单位"), "building", "orgs:units")
_ROLES = _entry(_("任命"), "key", "access:appointments")
_MARK = _entry(_("批阅"), "write", "assessment:queue", count="waiting")
_BANK = _entry(_("题库"), "quiz", "assessment:questions")
_PAPERS = _entry(_("试卷"), "document", "assessment:paper_list")
_EXAMS = _entry(_("考试"), "calendar", "assessment:exams")
_RUBRICS = _entry(_("评价标准"), "table", "assessment:rubrics")
_DESK = _entry(_("坊务台"), "list", "workshops:desk", "space", count="waiting")
_SPACE = _entry(_("工作坊"), "people", "workshops:space", "space")
_MEMBERS = _entry(_("成员"), "person", "workshops:members", "space")
_BRIEFINGS = _entry(_("简报"), "document", "workshops:briefings", "space")
_TALK = _entry(_("研讨"), "comment", "workshops:discussions", "space")
_QUESTIONS = _entry(_("问答"), "help", "workshops:questions", "space")
_ORDER = _entry(_("秩序"), "shield", "workshops:space_order", "space")
_LESSONS = _entry(_("研究课"), "flag", "fieldwork:lessons")
_SPACE_OWN = _entry(_("个人空间"), "person", "portal:my_space")
_SCHOOL_PLANS = _entry(_("校本研修"), "list", "fieldwork:unit_plans")
_DAYS = _entry(_("集中学习"), "calendar", "learning:my_sessions")
_ATTENDANCE = _entry(_("考勤"), "calendar", "learning:sessions")
_ASK = _entry(_("提问"), "help", "workshops:my_guidance")
_GUIDE = _entry(_("答疑台"), "help", "workshops:guidance_desk")
_ACTIVITIES = _entry(_("活动确认"), "flag", "learning:reports")
_OWN = _entry(_("我的学习"), "book", "learning:my_courses")
_MINE = _entry(_("我的"), "person", "people:settings")
_OWN_SPACE = _entry(_("我的"), "person", "portal:my_space")
_WORDS = _entry(_("敏感词库"), "list", "integrity:packs")
_PROOF = _entry(_("台账核对"), "wallet", "credits:proof")

_OFFICE = (_BOARD, _REVIEW, _REMIND, _CIRCULARS, _ROSTER, _PLANS, _EXAMS, _SETTLE, _ROLES)
MENUS: dict[str, tuple[Entry, ...]] = {
    LEARNER: (_HOME, _SPACE_OWN, _COURSES, _CHOOSE, _SPACES, _DAYS, _LESSONS, _STANDING, _LEDGER),
    "host": (_DESK, _SPACE, _MEMBERS, _BRIEFINGS, _TALK, _QUESTIONS, _ORDER, _LIBRARY, _OWN),
    "tutor": (_HOME, _MARK, _ACTIVITIES, _GUIDE, _SPACES, _LIBRARY, _OWN),
    "expert": (_HOME, _MARK, _REVIEW_ONLY, _GUIDE, _CATALOGUE, _LIBRARY, _BANK),
    "group_leader": (_HOME, _SCHOOL_PLANS, _ACTIVITIES, _ATTENDANCE, _GUIDE, _SPACES, _LIBRARY, _OWN),
    "school_admin": (_HOME, _TOPICS, _PEOPLE, _PROGRESS, _REVIEW, _ATTENDANCE, _SCHOOL_PLANS, _CIRCULARS, _ROLES),
    "county_admin": _OFFICE,
    "city_admin": _OFFICE,
    "province_admin": _OFFICE,
    "designer": (
        _HOME,
        _PLANS,
        _entry(_("课程"), "book", "catalogue:courses"),
        _entry(_("课例"), "video", "catalogue:cases"),
        _BANK,
        _PAPERS,
        _RUBRICS,
    ),
    "operator": (_entry(_("健康"), "heart-beat", "portal:home"), _entry(_("文件转换"), "refresh", "files:conversions"), _WORDS, _PROOF),
    "auditor": (_entry(_("审计"), "shield", "portal:home"), _PROOF, _UNITS, _ROLES),
}
TABS: dict[str, tuple[Entry, ...]] = {
    LEARNER: (_HOME, _entry(_("学习"), "book", "learning:my_courses"), _SPACES, _STANDING, _OWN_SPACE),
    "host": (_DESK, _SPACE, _MEMBERS, _QUESTIONS, _MINE),
    "tutor": (_HOME, _MARK, _GUIDE, _SPACES, _MINE),
    "group_leader": (_HOME, _ATTENDANCE, _GUIDE, _MINE),
    "school_admin": (_HOME, _PROGRESS, _REVIEW, _URGE, _MINE),
    "county_admin": (_BOARD, _REVIEW, _URGE, _CIRCULARS, _MINE),
    "designer": (_HOME, _PLANS, _CATALOGUE, _MINE),
    "operator": (_entry(_("健康"), "heart-beat", "portal:home"), _entry(_("文件转换"), "refresh", "files:conversions"), _MINE),
}
TABS |= {"city_admin": TABS["county_admin"], "province_admin": TABS["county_admin"]}


def address(route: str, *arguments: object) -> str:
    """Return the address of a page, "" when this installation has no such page."""
    try:
        return addresses.address(route, *arguments)
    except NoReverseMatch:
        return ""


def items(entries: Sequence[Entry], *, here: str, ids: Mapping[str, int | None], counts: Mapping[str, int]) -> list[MenuItem]:
    """Return the entries whose pages exist and whose ids are known; the one whose address is the longest start of `here` is current."""
    found = [(entry, address(entry.route, *(ids[name] for name in entry.needs))) for entry in entries if _known(entry, ids)]
    shown = [(entry, url) for entry, url in found if url]
    fitting = [url for _, url in shown if here == url or (url != "/" and here.startswith(url))]
    current = max(fitting, key=len, default="")
    language = get_language() or ""
    return [
        MenuItem(label=_label(entry, language), url=url, icon=entry.icon, current=url == current, count=counts.get(entry.count, 0))
        for entry, url in shown
    ]


@cache
def _label(entry: Entry, language: str) -> str:  # noqa: ARG001 - the language is part of what is remembered
    return str(entry.label)


def _known(entry: Entry, ids: Mapping[str, int | None]) -> bool:
    return all(ids.get(name) is not None for name in entry.needs)
