"""Reminders seven, three and one day before a window ends (N-18), to the people concerned and to their units."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.evaluation.statements import WITH_STANDING
from yanxiu.kit import clock, sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.components.wording import last_day, until
from yanxiu.learning.queries import curriculum
from yanxiu.notices import permissions, queries
from yanxiu.notices.events import NoticeEvent
from yanxiu.notices.models import Notice, NoticeKind
from yanxiu.programmes.models import Window
from yanxiu.programmes.queries import plan_of
from yanxiu.records.actions import record

DAYS = (7, 3, 1)

_INTO = "INSERT INTO notices_delivery (notice_id, person_id, words, topic, on_day, delivered_at) "
_SHORT = (
    WITH_STANDING
    + _INTO
    + """
SELECT %(notice)s, person_id,
       left(string_agg(label || '还差 ' || trim_scale(target - value)::text || ' ' || unit, '，' ORDER BY number), 300),
       '', %(on)s, %(at)s
FROM standing
WHERE role = 'learner' AND assessed AND NOT soft AND status = 'short' AND standing.window = %(window)s
GROUP BY person_id
"""
)
_NOT_CHOSEN = (
    _INTO
    + """
SELECT %(notice)s, e.person_id,
       '已选 ' || trim_scale(w.chosen_hours)::text || ' 学时，至少要选 ' || trim_scale(%(least)s::numeric)::text || ' 学时',
       '', %(on)s, %(at)s
FROM programmes_enrolment e JOIN learning_uptake w ON w.enrolment_id = e.id
WHERE e.version_id = ANY(%(versions)s) AND e.state = 'active' AND e.role = 'learner' AND w.chosen_hours < %(least)s
"""
)
# Every school administrator learns how many of the own school were reminded.
_UNITS = (
    _INTO
    + """
SELECT %(notice)s, h.person_id, '本校还有 ' || c.n || ' 人没有完成', '', %(on)s, %(at)s
FROM (SELECT e.unit_id, count(*) AS n FROM notices_delivery d
      JOIN programmes_enrolment e ON e.person_id = d.person_id AND e.version_id = ANY(%(versions)s)
      WHERE d.notice_id = %(notice)s GROUP BY 1) c
JOIN access_appointment h ON h.org_id = c.unit_id AND h.role = 'school_admin' AND h.revoked_at IS NULL AND h.from_on <= %(on)s
 AND (h.until_on IS NULL OR h.until_on >= %(on)s)
ON CONFLICT (notice_id, person_id) DO UPDATE SET words = left(notices_delivery.words || '；' || excluded.words, 300)
"""
)


def remind_deadlines(*, by: Actor, at: datetime) -> int:
    """Send what is due today for every window of running programmes; return how many copies went out.

    Once per window and distance, however often it is called. Cost: 1 query, and 5 per reminder sent.
    """
    permissions.check_is_system(by)
    sent = 0
    for window in queries.ending_windows(after=at, before=at + timedelta(days=max(DAYS) + 1)):
        days = (last_day(window.ends_at) - clock.day(at)).days if window.ends_at else 0
        if days in DAYS:
            sent += _remind_of(window, days, by=by, at=at)
    return sent


@transaction.atomic
def _remind_of(window: Window, days: int, *, by: Actor, at: datetime) -> int:
    key = f"deadline:{window.pk}:{days}"
    if Notice.objects.filter(key=key).exists():
        return 0
    programme = window.version.programme
    words = {"label": window.label, "until": until(window.ends_at)}
    title = _("%(label)s %(until)s 截止") % words
    notice = Notice.objects.create(
        kind=NoticeKind.REMINDER, title=title[:120], body=_("还有 %(days)d 天") % {"days": days}, programme=programme,
        issued_label=by.label[:120], issued_at=at, key=key, link="/",
    )  # fmt: skip
    sent = _deliver(window, notice, at=at)
    if not sent:
        notice.delete()
        return 0
    record(
        NoticeEvent.REMINDED, object_id=notice.pk, object_label=title, programme_id=programme.pk, unit_path=programme.owner_path,
        kind="deadline", measure=sent, by=by, at=at,
    )  # fmt: skip
    return sent


def _deliver(window: Window, notice: Notice, *, at: datetime) -> int:
    facts: dict[str, object] = {
        "notice": notice.pk, "versions": [window.version_id], "persons": None, "path": "/", "at": at, "on": clock.day(at),
        "window": window.key,
    }  # fmt: skip
    if "choose_courses" in window.opens:
        plan = plan_of(window.version_id)
        least = curriculum.least_hours(plan)
        facts["least"] = least
        sent = sql.run(_NOT_CHOSEN, facts) if least > Decimal(0) else 0
    else:
        sent = sql.run(_SHORT, facts)
    return sent + sql.run(_UNITS, facts) if sent else 0
