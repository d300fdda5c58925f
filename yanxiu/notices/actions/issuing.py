"""A unit issues a notice or a circular to people below it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.kit import clock, sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Invalid
from yanxiu.kit.text import plain
from yanxiu.notices import permissions
from yanxiu.notices.events import NoticeEvent
from yanxiu.notices.models import Notice, NoticeKind
from yanxiu.orgs.models import Org
from yanxiu.programmes.models import Programme
from yanxiu.records.actions import record

TITLE, BODY = 120, 5_000


class Audience(StrEnum):
    """Who receives a notice of a unit: everybody there with an account in use, the participants, or the administrators below."""

    EVERYBODY = "everybody"
    PARTICIPANTS = "participants"
    ADMINISTRATORS = "administrators"


_DELIVER = {
    Audience.EVERYBODY: """
SELECT p.id FROM people_person p JOIN people_account a ON a.person_id = p.id AND a.state = 'active'
WHERE p.unit_path LIKE %(path)s || '%%'
""",
    Audience.PARTICIPANTS: """
SELECT DISTINCT e.person_id AS id FROM programmes_enrolment e
WHERE e.unit_path LIKE %(path)s || '%%' AND e.state = 'active' AND e.programme_id = %(programme)s
""",
    Audience.ADMINISTRATORS: """
SELECT DISTINCT h.person_id AS id FROM access_appointment h JOIN orgs_org o ON o.id = h.org_id AND o.path LIKE %(path)s || '%%'
WHERE h.role IN ('school_admin', 'county_admin', 'city_admin') AND h.revoked_at IS NULL AND h.from_on <= %(on)s
  AND (h.until_on IS NULL OR h.until_on >= %(on)s)
""",
}
_INSERT = """
INSERT INTO notices_delivery (notice_id, person_id, words, topic, on_day, delivered_at)
SELECT %(notice)s, who.id, '', '', %(on)s, %(at)s FROM (WHO) who WHERE who.id IS DISTINCT FROM %(by)s::bigint
"""


@transaction.atomic
def issue(
    *,
    org: Org,
    title: str,
    body: str,
    audience: Audience,
    programme: Programme | None = None,
    facts: Mapping[str, object] | None = None,
    as_of: datetime | None = None,
    by: Actor,
    at: datetime,
) -> Notice:
    """Issue a notice of a unit and deliver it; with `facts` and `as_of` it is a circular whose figures stay as they were then.

    Raises NotPermitted; Invalid for an empty or too long text, and when nobody would receive it. Cost: 4 queries.
    """
    permissions.check_can_issue(by, org)
    notice = Notice.objects.create(
        kind=NoticeKind.CIRCULAR if as_of else NoticeKind.ANNOUNCEMENT, title=_checked(title, TITLE, _("标题"), "title"),
        body=_checked(body, BODY, _("正文"), "body"), facts=dict(facts or {}), as_of=as_of, programme=programme, org=org,
        issued_by=by.person_id, issued_label=by.label[:120], issued_at=at,
    )  # fmt: skip
    delivered = sql.run(
        _INSERT.replace("WHO", _DELIVER[audience]),
        {"notice": notice.pk, "path": org.path, "programme": programme.pk if programme else 0, "on": clock.day(at), "at": at,
         "by": by.person_id},
    )  # fmt: skip
    if not delivered:
        raise Invalid(_("没有发出：这个范围里还没有人能收到。可以换一个发送对象。"), field="audience")
    record(
        NoticeEvent.ISSUED, object_id=notice.pk, object_label=notice.title, programme_id=programme.pk if programme else None,
        unit_path=org.path, kind=notice.kind, measure=delivered, by=by, at=at,
    )  # fmt: skip
    return notice


def _checked(text: str, most: int, name: str, field: str) -> str:
    text = plain(text)
    if not text:
        raise Invalid(_("没有发出：%(name)s是空的，请写上。") % {"name": name}, field=field)
    if len(text) > most:
        words = {"name": name, "count": len(text), "most": most}
        raise Invalid(_("没有发出：%(name)s有 %(count)d 字，最多 %(most)d 字，请删短。") % words, field=field)
    return text
