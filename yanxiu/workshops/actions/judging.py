"""Judging cases without names (W-36): points and words of those who choose; who keeps out of whose cases."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import plain
from yanxiu.people.models import Person
from yanxiu.records.actions import record
from yanxiu.workshops import permissions
from yanxiu.workshops.events import CaseEvent
from yanxiu.workshops.models import CaseConflict, CaseEntry, CasePresence, CaseRound, CaseVote
from yanxiu.workshops.models.cases import MOST_SCORE


@transaction.atomic
def vote(*, round: CaseRound, entry: CaseEntry, score: int, by: Actor, at: datetime, words: str = "") -> CaseVote:  # noqa: A002
    """Give a case points of a hundred, once a judge; given again they replace the former. The round is closed and nothing went up yet.

    Raises NotFound, NotPermitted (also when the judge keeps out), Conflict, Invalid with the field. Cost: 7 queries.
    """
    permissions.check_can_judge(by, round)
    words = plain(words)
    if not 1 <= score <= MOST_SCORE:
        raise Invalid(_("分数写 1—%(most)s 的整数。") % {"most": MOST_SCORE}, field="score")
    if len(words) > 500:
        raise Invalid(_("评语最多 500 个字，现在 %(n)s 个。") % {"n": len(words)}, field="words")
    one = CaseRound.objects.select_for_update(of=("self",), no_key=True).select_related("theme", "space__org").get(pk=round.pk)
    _check_judging(one, entry)
    judge = Person.objects.get(pk=permissions.person_of(by))
    permissions.check_is_not_near(judge, entry)
    given, _created = CaseVote.objects.update_or_create(
        round=one, entry=entry, judge=judge, defaults={"score": score, "words": words, "voted_at": at}
    )
    record(
        CaseEvent.VOTED, object_id=entry.pk, by=by, at=at, measure=score, programme_id=one.theme.programme_id, space_id=one.space_id,
        unit_path=one.space.org.path, kind=one.level, data={"round": one.pk},
    )  # fmt: skip
    return given


@transaction.atomic
def name_conflict(*, round: CaseRound, judge: Person, person: Person, reason: str, by: Actor, at: datetime) -> CaseConflict:  # noqa: A002
    """Keep a judge out of the cases of somebody near to her; what she gave them already falls. Named by one who chooses in the round.

    Raises NotFound, NotPermitted, Conflict, Invalid.
    """
    permissions.check_can_judge(by, round)
    reason = plain(reason)
    if not 2 <= len(reason) <= 120:
        raise Invalid(_("请写明是什么关系，2—120 个字。"), field="reason")
    if judge.pk == person.pk:
        raise Invalid(_("自己的案例本来就回避，不用登记。"), field="person")
    named = CaseConflict(
        theme_id=round.theme_id, judge=judge, person=person, reason=reason, declared_at=at, declared_by=permissions.person_of(by)
    )
    sql.save_or_raise(named, {"workshops_conflict_once": Conflict(_("这一对已经登记过回避。"))})
    CaseVote.objects.filter(entry__theme=round.theme_id, entry__author=person, judge=judge).delete()
    record(
        CaseEvent.CONFLICT_NAMED, object_id=named.pk, object_label=judge.name, person_id=judge.pk, by=by, at=at,
        programme_id=round.theme.programme_id, space_id=round.space_id, unit_path=round.space.org.path, data={"reason": reason},
    )  # fmt: skip
    return named


def _check_judging(one: CaseRound, entry: CaseEntry) -> None:
    if not one.is_closed:
        raise Conflict(_("还没有截止，案例齐了再评分。"))
    if one.theme.published_at is not None or (one.upper_id and CaseRound.objects.filter(pk=one.upper_id, closed_at__isnull=False).exists()):
        raise Conflict(_("这一轮已经结束，分数不能再改。"))
    if not CasePresence.objects.filter(round=one, entry=entry).exists():
        raise Conflict(_("这件案例不在这一轮里。"))
