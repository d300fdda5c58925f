"""The doors of a personal space: the nine functions of the ministry's guide (002 §四.1) with what is newest behind each."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from yanxiu.fieldwork.models import PlanState
from yanxiu.kit.components.wording import moment, number, titled
from yanxiu.portal.menus import address
from yanxiu.portal.queries.space import Facts, PlanFacts

PARTS = ("plan", "lessons", "logs", "resources", "articles")


@dataclass(frozen=True, kw_only=True)
class Door:
    """One function: where it leads and what is newest there. `key` is stable."""

    key: str
    name: str
    icon: str
    fact: str
    url: str


def part_words() -> dict[str, str]:
    """Return the names of the parts that may be shown to colleagues."""
    return {
        "plan": _("研修计划做到哪一步"),
        "lessons": _("上过的研究课"),
        "logs": _("日志"),
        "resources": _("分享的资源"),
        "articles": _("合格的文章"),
    }


def doors(facts: Facts, plan: PlanFacts | None, *, person_id: int) -> list[Door]:
    """Return the nine functions in the order of the guide; each leads to a page that is there."""
    e = facts.enrolment_id
    choosing = _("自选 %(chosen)s 门，清单里共 %(courses)s 门") % {"chosen": facts.chosen, "courses": facts.courses}
    studying = _("%(courses)s 门学完 %(done)s 门") % {"courses": facts.courses, "done": facts.done}
    talk = _("30 天里说了 %(said)s 次，收到 %(heard)s 条回应") % {"said": facts.said, "heard": facts.heard}
    log = _("%(n)s 篇，最近：%(title)s") % {"n": facts.logs, "title": titled(facts.log)} if facts.logs else _("还没有写过")
    resources = _("在自己的资源库里有 %(n)s 件") % {"n": facts.resources} if facts.resources else _("还没有分享过")
    tools = _("笔记 %(n)s 条") % {"n": facts.notes}
    if facts.next_day:
        tools = _("%(tools)s，下次集中学习 %(when)s") % {"tools": tools, "when": moment(facts.next_day)}
    return [
        Door(key="choose", name=_("自主选学"), icon="choose", fact=choosing, url=address("learning:choose", e) if e else _courses()),
        Door(key="study", name=_("课程学习"), icon="book", fact=studying, url=_courses()),
        Door(key="plan", name=_("计划制定"), icon="list", fact=plan_words(plan), url=address("fieldwork:plans")),
        Door(key="log", name=_("日志发布"), icon="write", fact=log, url=_logs(facts)),
        Door(
            key="progress", name=_("进度反馈"), icon="clock", url=address("portal:standing"),
            fact=_("已得 %(hours)s 学时，还差什么逐项写着") % {"hours": number(facts.hours)},
        ),
        Door(key="talk", name=_("互动交流"), icon="comment", fact=talk, url=_talk()),
        Door(key="share", name=_("资源分享"), icon="folder", fact=resources, url=address("catalogue:my_resources")),
        Door(
            key="records", name=_("行为记录"), icon="archive", url=address("workshops:deeds_of", person_id),
            fact=_("30 天里记下 %(n)s 条，自动记，不用填") % {"n": number(facts.records)},
        ),
        Door(key="tools", name=_("工具提供"), icon="settings", fact=tools, url="#tools"),
    ]  # fmt: skip


def tools(facts: Facts) -> Sequence[tuple[str, str, str]]:
    """Return the tools at hand: name, icon, address; those of this installation only."""
    e = facts.enrolment_id
    found = [
        (_("笔记本"), "write", address("portal:notes")),
        (_("集中学习日程"), "calendar", address("learning:my_sessions")),
        (_("研修需求调查"), "vote", address("learning:choose", e) if e else ""),
        (_("观课评课表"), "eye", address("learning:my_courses")),
        (_("专业指导提问"), "help", address("workshops:my_guidance")),
        (_("研究课登记"), "flag", address("fieldwork:lessons")),
        (_("考试"), "quiz", address("assessment:my_exams")),
        (_("草稿箱"), "inbox", address("drafts:drafts")),
    ]
    return [one for one in found if one[2]]


def plan_words(plan: PlanFacts | None) -> str:
    """Return one line about the own plan."""
    if plan is None:
        return _("还没有订，选的课和学校专题会先带进来")
    if plan.plan.state == PlanState.DRAFT:
        return _("草稿写到 %(when)s，还没有发布") % {"when": moment(plan.plan.saved_at)}
    return _("%(items)s 项做完 %(done)s 项") % {"items": plan.items, "done": plan.done}


def _courses() -> str:
    return address("learning:my_courses")


def _logs(facts: Facts) -> str:
    return address("workshops:logs", facts.space_id) if facts.space_id else _talk()


def _talk() -> str:
    return address("workshops:feed")


def _records() -> str:
    return address("portal:standing")
