"""The host team: who answers for what, and what each did, by the counters of 001 L29."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from yanxiu.access.models import Appointment
from yanxiu.kit import sql
from yanxiu.workshops.models import HostShare, Membership, MembershipState, Space

COUNTERS: Final[dict[str, str]] = {
    "activity.started": "发起活动",
    "activity.joined": "参与活动",
    "activity.posts": "活动发帖",
    "briefing.issued": "简报",
    "briefing.posts": "简报发帖",
    "resource.uploaded": "上传资源",
    "qa.asked": "提问",
    "qa.answered": "回答",
    "workshop.logs": "日志",
}
BESIDE: Final[dict[str, str]] = {"moderation.done": "处理发言", "praise.given": "表扬", "join.reviewed": "入坊认证"}

# What each did here by metric, and (metric '') when she was here last.
_DID = """
SELECT person_id, metric, sum(count)::bigint AS n, NULL::timestamptz AS seen_at FROM records_tally
WHERE space_id = %(space)s AND programme_id = %(programme)s AND person_id = ANY(%(people)s) AND metric = ANY(%(metrics)s) GROUP BY 1, 2
UNION ALL
SELECT h.id, '', 0, (SELECT r.at FROM records_record r WHERE r.space_id = %(space)s AND r.actor_id = h.id ORDER BY r.at DESC LIMIT 1)
FROM unnest(%(people)s::bigint[]) AS h(id)
"""


@dataclass(frozen=True, kw_only=True)
class HostRow:
    """A host of the team: what she answers for, how much she did here, and when she was here last."""

    appointment: Appointment
    shares: Sequence[HostShare]
    counts: Sequence[tuple[str, int]]
    beside: Sequence[tuple[str, int]]
    seen_at: datetime | None


def team(workshop: Space, hosts: Sequence[Appointment]) -> list[HostRow]:
    """Read what each host answers for and did in the workshop. Cost: 2 queries, whatever the number of hosts."""
    people = [one.person_id for one in hosts]
    facts = {"space": workshop.pk, "programme": workshop.programme_id or 0, "people": people}
    shares = list(HostShare.objects.filter(space=workshop, until_at__isnull=True).order_by("set_at", "pk"))
    rows = sql.rows(_DID, {**facts, "metrics": [*COUNTERS, *BESIDE]})
    did = {(row["person_id"], row["metric"]): row["n"] for row in rows}
    seen = {row["person_id"]: row["seen_at"] for row in rows if not row["metric"]}
    return [
        HostRow(
            appointment=one,
            shares=[share for share in shares if share.person_id == one.person_id],
            counts=[(word, did.get((one.person_id, key), 0)) for key, word in COUNTERS.items()],
            beside=[(word, did.get((one.person_id, key), 0)) for key, word in BESIDE.items()],
            seen_at=seen.get(one.person_id),
        )
        for one in hosts
    ]


def groups_of(workshop: Space) -> list[str]:
    """Return the study groups of a workshop by name. Cost: one query."""
    found = Membership.objects.filter(workshop=workshop.counted_id, state=MembershipState.MEMBER).exclude(group="")
    return list(found.order_by("group").values_list("group", flat=True).distinct())
