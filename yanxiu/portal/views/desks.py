"""Homes of hosts, tutors, designers and operators."""

import platform
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version

import django
from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _

from yanxiu.access.queries import Held
from yanxiu.kit import clock, htmx
from yanxiu.kit.components import Fact
from yanxiu.kit.components.wording import file_size, moment, number, waited
from yanxiu.kit.policy import SignedInRequest
from yanxiu.portal.menus import address
from yanxiu.portal.queries import desks
from yanxiu.portal.queries.health import Health, health
from yanxiu.programmes.models import ProgrammeState

_LATE_SECONDS = 15 * 60
_ROOT_AGE = timedelta(hours=36)
_LITTLE, _NOTHING = 0.15, 0.05


def host(request: SignedInRequest, worn: Held | None) -> HttpResponse:
    """Go to the desk of the workshop hosted under this hat, or to the list of workshops."""
    if worn is not None and worn.space_id and (desk := address("workshops:desk", worn.space_id)):
        return htmx.redirect(request, desk)
    return htmx.redirect(request, address("workshops:spaces") or address("people:settings"))


def tutor(request: SignedInRequest, worn: Held | None) -> HttpResponse:
    """Show what waits for a mark, the oldest first."""
    at = clock.now()
    queue = desks.marking(request.actor, at=at)
    first = queue.page.rows[0] if queue.page.rows else None
    context = {
        "queue": queue,
        "first": first,
        "first_url": address("assessment:mark", first.pk) if first else "",
        "rest": queue.page.rows[1:8],
        "oldest": waited(at - queue.oldest_at) if queue.oldest_at else "",
        "unit_name": worn.org_name if worn else "",
        "now": at,
    }
    return htmx.page(request, "portal/tutor.html", context)


def designer(request: SignedInRequest, worn: Held | None) -> HttpResponse:  # noqa: ARG001 - every home takes the same
    """Show the programmes and courses in hand."""
    found = desks.workbench(request.actor)
    drafts = [one for one in found.programmes if one.state == ProgrammeState.DRAFT]
    context = {
        "programmes": found.programmes,
        "courses": found.courses,
        "draft": drafts[0] if drafts else None,
        "drafts": len(drafts),
        "running": sum(one.state == ProgrammeState.RUNNING for one in found.programmes),
    }
    return htmx.page(request, "portal/designer.html", context)


@dataclass(frozen=True, kw_only=True)
class Check:
    """One sign of health: `kind` met, short or late, and the sentence that says why and what to do."""

    label: str
    kind: str
    word: str
    words: str


def operator(request: SignedInRequest, worn: Held | None) -> HttpResponse:  # noqa: ARG001 - every home takes the same
    """Show the health of the installation in real figures."""
    at = clock.now()
    found = health(at=at)
    disk = shutil.disk_usage(settings.DATA)
    checks = _checks(found, disk.free / disk.total, at=at)
    bad = [check for check in checks if check.kind != "met"]
    context = {
        "checks": sorted(checks, key=lambda check: ("late", "short", "met").index(check.kind)),
        "bad": bad,
        "facts": _facts(found, free=disk.free, total=disk.total),
        "health": found,
        "now": at,
    }
    return htmx.page(request, "portal/operator.html", context)


def _checks(found: Health, free: float, *, at: datetime) -> list[Check]:
    queue = _("等着的 %(queued)s 个，最久 %(seconds)s 秒；正在办的 %(running)s 个") % {
        "queued": number(found.queued), "seconds": number(max(found.queue_seconds, 0)), "running": number(found.running),
    }  # fmt: skip
    root = _("最近一次汇总 %(at)s，含 %(entries)s 笔；现有 %(now)s 笔") % {
        "at": moment(found.rolled_at), "entries": number(found.root_entries), "now": number(found.entries),
    }  # fmt: skip
    is_old = found.entries > 0 and (found.rolled_at is None or at - found.rolled_at > _ROOT_AGE)
    failed = _("七天里有 %(count)s 个任务失败，看日志里的任务名") % {"count": number(found.failed)}
    undelivered = _("%(count)s 件事没有送达，最早 %(at)s；每十分钟再试") % {
        "count": number(found.undelivered), "at": moment(found.undelivered_since),
    }  # fmt: skip
    return [
        Check(label=_("数据库"), kind="met", word=_("正常"), words=_("能连上，占 %(size)s") % {"size": file_size(found.database_bytes)}),
        _check(_("任务队列"), is_bad=found.queue_seconds > _LATE_SECONDS, good=queue, bad=queue + _("。看后台进程是否在运行")),
        _check(_("失败的任务"), is_bad=found.failed > 0, good=_("七天里没有失败的任务"), bad=failed, kind="short"),
        _check(_("记录的送达"), is_bad=found.undelivered > 0, good=_("都已送达"), bad=undelivered, kind="short"),
        _check(_("台账汇总"), is_bad=is_old, good=root if found.entries else _("还没有登记的学时"), bad=root, kind="short"),
        _check(
            _("下月的记录分区"), is_bad=not found.has_next_month, good=_("已建好"), bad=_("还没有建，请运行 yanxiu setup"), kind="short"
        ),
        _disk(free),
    ]


def _check(label: str, *, is_bad: bool, good: str, bad: str, kind: str = "late") -> Check:
    word = _("正常") if not is_bad else _("要看") if kind == "short" else _("有问题")
    return Check(label=label, kind=kind if is_bad else "met", word=word, words=bad if is_bad else good)


def _disk(free: float) -> Check:
    words = _("还空 %(share)d%%") % {"share": int(free * 100)}
    kind = "late" if free < _NOTHING else "short" if free < _LITTLE else "met"
    word = {"late": _("有问题"), "short": _("要看"), "met": _("正常")}[kind]
    return Check(label=_("磁盘"), kind=kind, word=word, words=words if kind == "met" else words + _("，请清理或扩容"))


def _facts(found: Health, *, free: int, total: int) -> list[Fact]:
    return [
        Fact(label=_("程序"), value=_version("yanxiu")),
        Fact(label="Python", value=platform.python_version()),
        Fact(label="Django", value=django.get_version()),
        Fact(label="PostgreSQL", value=found.postgres),
        Fact(label=_("磁盘"), value=f"{file_size(free)} / {file_size(total)}"),
        Fact(label=_("数据库连接"), value=number(found.connections)),
        Fact(label=_("登录中的会话"), value=number(found.sessions)),
        Fact(label=_("最近办完任务"), value=moment(found.worked_at)),
    ]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return _("源码运行")
