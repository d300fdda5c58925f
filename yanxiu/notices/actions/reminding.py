"""催办: an office reminds people, nobody twice a day of the same thing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.kit import clock, sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.notices import permissions
from yanxiu.notices.events import NoticeEvent
from yanxiu.notices.models import Notice, NoticeKind
from yanxiu.orgs.models import Org
from yanxiu.programmes.models import Programme
from yanxiu.records.actions import record


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Somebody to remind, and the sentence for this person alone."""

    person_id: int
    words: str


@dataclass(frozen=True, kw_only=True)
class Reminded:
    """What became of a reminder: how many it reached, and how many had been reminded of the same today or are out of scope."""

    sent: int
    skipped: int


# Who takes part in the programme inside the scope, and has not had this reminder today.
_REMIND = """
INSERT INTO notices_delivery (notice_id, person_id, words, topic, on_day, delivered_at)
SELECT %(notice)s, e.person_id, x.words, %(topic)s, %(on)s, %(at)s
FROM unnest(%(people)s::bigint[], %(words)s::text[]) AS x(person_id, words)
JOIN programmes_enrolment e ON e.person_id = x.person_id AND e.programme_id = %(programme)s AND e.state = 'active'
 AND e.unit_path LIKE ANY(%(paths)s)
ORDER BY e.person_id
ON CONFLICT DO NOTHING
"""


@transaction.atomic
def remind(
    *, programme: Programme, org: Org, rule: str, title: str, link: str, recipients: Sequence[Recipient], by: Actor, at: datetime
) -> Reminded:
    """Remind participants of one thing (`rule`: not_chosen, behind …), each in her own words.

    Raises NotPermitted; Invalid for nobody; Conflict when all had the same reminder today already. Cost: 4 queries.
    """
    permissions.check_can_remind(by)
    if not recipients:
        raise Invalid(_("没有发出：还没有选人。"), field="people")
    notice = Notice.objects.create(
        kind=NoticeKind.REMINDER, title=title[:120], programme=programme, org=org, link=link, issued_by=by.person_id,
        issued_label=by.label[:120], issued_at=at,
    )  # fmt: skip
    sent = sql.run(
        _REMIND,
        {"notice": notice.pk, "topic": f"{programme.pk}:{rule}", "on": clock.day(at), "at": at, "programme": programme.pk,
         "people": [one.person_id for one in recipients], "words": [one.words[:300] for one in recipients],
         "paths": [f"{path}%" for path in by.paths(permissions.REMIND)]},
    )  # fmt: skip
    if not sent:
        raise Conflict(_("没有发出：这些人今天都已经催办过，明天可以再催。"))
    record(
        NoticeEvent.REMINDED, object_id=notice.pk, object_label=notice.title, programme_id=programme.pk, unit_path=org.path,
        kind=rule, measure=sent, by=by, at=at,
    )  # fmt: skip
    return Reminded(sent=sent, skipped=len(recipients) - sent)
