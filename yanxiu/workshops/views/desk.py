"""The host's desk (坊务台)."""

from datetime import timedelta
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yanxiu.access.permissions import Permission
from yanxiu.kit import htmx
from yanxiu.kit.clock import now
from yanxiu.kit.components import Series, Tab
from yanxiu.kit.components.wording import day_short, waited
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.workshops import permissions, queries
from yanxiu.workshops.models import Space
from yanxiu.workshops.queries import Desk, DutyRow
from yanxiu.workshops.queries.desk import Queue
from yanxiu.workshops.views import loading

SOON, LATE = timedelta(hours=24), timedelta(hours=48)
# What helps with a duty: the page to go to with what it takes beside the space, and the word on its button.
_HELP: dict[str, tuple[str, tuple[str, ...], str]] = {
    "briefing.issued": ("write", ("briefing",), "写简报"), "article.guiding": ("write", ("article",), "写文章"),
    "qa.answered": ("questions", (), "去回答"), "discussion": ("discussions", (), "去研讨"), "join.reviewed": ("requests", (), "去认证"),
    "praise.given": ("praises", (), "去表扬"), "crowdsource.solved": ("problems", (), "去推进"),
    "activity.started": ("start_activity", (), "办活动"), "activity.cross_school": ("start_activity", (), "办活动"),
    "expert_team": ("start_activity", (), "去组建"), "research.topic": ("start_activity", (), "去设计"),
    "resource.pushed": ("shares", (), "去推送"), "moderation.done": ("space_order", (), "去审核"),
    "guidance.coverage": ("lower", (), "去跟进"), "lesson.followed": ("follows", (), "去跟进"), "workshop.logs": ("logs", (), "写日志"),
    "checkin": ("space", (), "去签到"),
}  # fmt: skip


@require_GET
@requires(Permission.WORKSHOPS_HOST, Permission.WORKSHOPS_OPEN)
def desk(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Show what waits, what the plan asks for, and who takes part. A sub-workshop has the desk of its workshop."""
    one = loading.hosted(request, space_id)
    if one.is_sub:
        return htmx.redirect(request, reverse("workshops:desk", args=[one.counted_id]))
    at = now()
    found = queries.desk(one, person_id=request.person_id, at=at)
    known = {phase.key for phase in found.board.phases}
    wanted = request.GET.get("phase", "")
    phase = wanted if wanted in known else next((phase.key for phase in found.board.phases if phase.is_current), "")
    rows = found.board.of_phase(phase)
    writes = permissions.holds_at(request.actor, permissions.HOST, one)
    context = {
        "space": one,
        "tabs": loading.tabs(request, one, "desk"),
        "desk": found,
        "headline": _headline(found),
        "acts": _acts(one, found, writes=writes),
        "queues": _queues(one, found),
        "phases": _phases(found, phase),
        "together": [_shown(one, found, row, writes=writes) for row in rows if row.per != "person"],
        "alone": [_shown(one, found, row, writes=writes) for row in rows if row.per == "person"],
        "is_host": any(host.person_id == request.person_id for host in found.hosts),
        "labels": [label for label, _count in found.weeks],
        "series": [Series(label=_("发言"), values=[count for _label, count in found.weeks])],
        "is_nearly_full": found.seats_left is not None and found.seats_left < max(20, found.queues["requests"].count),
        "now": at,
    }
    return htmx.page(request, "workshops/desk.html", context)


def _headline(found: Desk) -> str:
    questions, held = found.queues["questions"], found.queues["held"]
    if questions.waited and questions.waited >= LATE:
        return _("先回答等了 %(long)s的提问") % {"long": waited(questions.waited)}
    if held.count:
        return _("%(n)s 条发言等着审核，放行以后别人才看得到") % {"n": held.count}
    if found.short:
        return _("还差 %(n)s 项任务，没有等太久的提问") % {"n": found.short}
    if found.queues["requests"].count:
        return _("%(n)s 人等着入坊认证") % {"n": found.queues["requests"].count}
    return _("都办完了，没有人在等")


def _acts(space: Space, found: Desk, *, writes: bool) -> list[dict[str, str]]:
    """The buttons: writing a briefing for whoever hosts, and filled what the headline asks for."""
    queues = found.queues
    late = queues["questions"].waited is not None and queues["questions"].waited >= LATE
    answer = (reverse("workshops:questions", args=[space.pk]) + "?show=waiting", "comment", _("回答提问"))
    if queues["held"].count and not late:
        first = (reverse("workshops:space_order", args=[space.pk]), "shield", _("审核发言"))
    elif queues["requests"].count and not queues["questions"].count and not found.short:
        first = (reverse("workshops:requests", args=[space.pk]), "people", _("认证申请"))
    else:
        first = answer
    write = (reverse("workshops:write", args=[space.pk, "briefing"]), "pen", _("写简报"))
    return [
        {"href": href, "icon": icon, "label": label, "variant": variant}
        for (href, icon, label), variant in (((write, "plain"),) if writes else ()) + ((first, "primary"),)
    ]


def _queues(space: Space, found: Desk) -> list[dict[str, object]]:
    """The queues that always stand, and of the others those in which something waits; a single thing is led to straight."""
    shown = [
        ("questions", _("待答提问"), _to(space, found, "questions", "thread", "?show=waiting"), True),
        ("held", _("待审发言"), reverse("workshops:space_order", args=[space.pk]) + "?show=held", False),
        ("reports", _("举报"), reverse("workshops:space_order", args=[space.pk]) + "?show=reports", False),
        ("requests", _("申请入坊"), reverse("workshops:requests", args=[space.pk]), True),
        ("cases", _("待推荐案例"), _to(space, found, "cases", "case_round"), False),
        ("drafts", _("没发完的草稿"), _to(space, found, "drafts", "edit_draft", "?kind=draft", page="briefings"), True),
    ]
    return [
        {"count": queue.count, "title": title, "href": url, **_tone(queue, timed=name != "drafts")}
        for name, title, url, always in shown
        for queue in (found.queues[name],)
        if always or queue.count
    ]


def _to(space: Space, found: Desk, name: str, single: str, query: str = "", *, page: str = "") -> str:
    only = found.queues[name].only
    return reverse(f"workshops:{single}", args=[only]) if only else reverse(f"workshops:{page or name}", args=[space.pk]) + query


def _tone(queue: Queue, *, timed: bool) -> dict[str, str]:
    if queue.waited is None or not timed:
        return {"tone": "plain", "note": "" if queue.count or not timed else _("没有人在等")}
    tone = "late" if queue.waited >= LATE else "soon" if queue.waited >= SOON else "plain"
    return {"tone": tone, "note": _("最久 %(long)s") % {"long": waited(queue.waited)}}


def _phases(found: Desk, current: str) -> list[Tab]:
    tabs = []
    for phase in found.board.phases:
        until = _("%(label)s 至 %(day)s") % {"label": phase.label, "day": day_short(phase.ends_at)} if phase.ends_at else phase.label
        tabs.append(Tab(label=until, url="?" + urlencode({"phase": phase.key}), current=phase.key == current, count=phase.short or None))
    return tabs if len(tabs) > 1 else []


def _shown(space: Space, found: Desk, row: DutyRow, *, writes: bool) -> dict[str, object]:
    """A row of the board with its words: who did how many, what is missing, and for whoever hosts where it is done."""
    names = {host.person_id: host.person.name for host in found.hosts}
    parts = [f"{names[done.person_id]} {done.count}" for done in row.hosts if done.person_id in names and done.count]
    words = _("已满足") if row.status == "met" else _("还差 %(n)s") % {"n": f"{row.missing.normalize():f}"}
    if row.status != "met" and row.is_soft:
        words = _("建议 %(n)s") % {"n": f"{row.target or 0:f}"}
    address, more, verb = _HELP.get(row.metric, ("", (), ""))
    return {
        "row": row,
        "words": words,
        "status": "open" if row.is_soft and row.status != "met" else "todo" if row.status == "not_due" else row.status,
        "note": "，".join(part for part in ("、".join(parts) if row.per != "person" else "", row.clause) if part),
        "href": reverse(f"workshops:{address}", args=[space.pk, *more]) if writes and address and row.status != "met" else "",
        "verb": _(verb) if verb else "",
    }
