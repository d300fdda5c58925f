"""Workshops for tests: a topic workshop of a running programme, its host, members, and what they wrote."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

from tests.programmes import factories as programmes
from yanxiu.access.models import Appointment
from yanxiu.access.roles import ROLES
from yanxiu.kit import clock
from yanxiu.kit.actor import SYSTEM, Actor, Grant
from yanxiu.orgs.models import Org
from yanxiu.people.models import Person
from yanxiu.programmes.models import Enrolment, Programme
from yanxiu.workshops import actions
from yanxiu.workshops.actions.opening import TOOLS
from yanxiu.workshops.models import (
    CheckIn,
    GuidanceAnswer,
    GuidanceNote,
    GuidancePass,
    GuidanceQuestion,
    GuidanceReceipt,
    HostShare,
    Membership,
    MembershipState,
    Nudge,
    PointRule,
    Post,
    PostKind,
    PostVersion,
    Praise,
    Read,
    Space,
    SpaceKind,
    SpaceRules,
)

AT = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
_numbers = count(1)
PLAN = """\
programme: {id: shops, title: 工作坊方案, level: county, owner: 青河县教育局, year: 2026}
audience:
  - {id: all, stages: [小学, 初中, 高中]}
phases:
  - {id: p1, label: 第一阶段, from: 2026-11-06, to: 2026-12-31, do: [learn]}
  - {id: whole, label: 全年, span: year}
learn:
  - {id: electives, label: 选修课, kind: elective, window: p1, min_hours: 2, catalogue_min_hours: 6, topics: [班级管理, 信息技术]}
spaces:
  - {type: topic_workshop, per: topic, hosts: many, cap: 500, split: {by: [platform, host], into: sub_workshop}}
duties:
  topic_host:
    - {id: th_briefing, metric: briefing.issued, kinds: [研修简报], min: 5, per: workshop, in: p1, clause: 001 P2-TH-4}
    - {id: th_answers, metric: qa.answered, min: 10, per: person, in: p1, clause: 001 P2-TH-7}
"""


def programme(owner: Org, *, source: str = PLAN) -> Programme:
    """A running programme whose plan asks for topic workshops and counts hosts' duties."""
    return programmes.running(owner, source=source)


def space(org: Org, *, kind: SpaceKind = SpaceKind.TOPIC_WORKSHOP, parent: Space | None = None, **facts) -> Space:
    """A workshop with all tools; 500 seats, and the platform may split it."""
    facts = {"title": f"工作坊{next(_numbers)}", "cap": 500, "splits": True, "tools": list(TOOLS), "opened_at": AT} | facts
    row = Space.objects.create(org=org, kind=kind, parent=parent, **facts)
    row.path = f"{parent.path if parent else '/'}{row.pk}/"
    row.save(update_fields=["path"])
    return row


def sub_workshop(workshop: Space, **facts) -> Space:
    return space(workshop.org, kind=SpaceKind.SUB_WORKSHOP, parent=workshop, programme=workshop.programme, **{"splits": False, **facts})


def host(one: Space, person: Person | None = None) -> Actor:
    """Somebody who wears the host's hat of a workshop, with the appointment behind it."""
    person = person or programmes.teacher(one.org, name=f"主持{next(_numbers)}")
    Appointment.objects.get_or_create(
        person=person, role="host", org=one.org, space_id=one.pk, programme_id=one.programme_id,
        defaults={"from_on": date(2020, 1, 1), "granted_at": AT},
    )  # fmt: skip
    grant = Grant(role="host", permissions=ROLES["host"].permissions, path=one.org.path, programme_id=one.programme_id, space_id=one.pk)
    return Actor(person_id=person.pk, label=f"{person.name}（工作坊主持人）", grants=(grant,))


def participant(one: Programme, unit: Org, **facts) -> Enrolment:
    """A teacher of the unit who takes part."""
    person = programmes.teacher(unit, **facts)
    return Enrolment.objects.create(
        programme=one, version_id=one.current_id, person=person, unit=unit, unit_path=unit.path, stage=facts.get("stage", "高中"),
        subject=facts.get("subject", "物理"), enrolled_at=AT,
    )  # fmt: skip


def membership(
    one: Space, person: Person, *, state: str = MembershipState.MEMBER, at: datetime = AT, workshop: Space | None = None
) -> Membership:
    """A seat in the space (or a request), the space's counter with it."""
    seated = state == MembershipState.MEMBER
    row = Membership.objects.create(
        workshop=workshop or (one.parent if one.is_sub else one), space=one, person=person, state=state, requested_at=at,
        joined_at=at if seated or state == MembershipState.LEFT else None, left_at=at if state == MembershipState.LEFT else None,
        decided_at=at if state not in ("requested", "invited") else None,
    )  # fmt: skip
    if seated:
        Space.objects.filter(pk=one.pk).update(member_count=Membership.objects.filter(space=one, state=MembershipState.MEMBER).count())
    return row


def member(one: Space, unit: Org, *, name: str = "") -> Actor:
    """Somebody with a seat in the space."""
    person = programmes.teacher(unit, name=name)
    membership(one, person)
    return programmes.learner(person)


def post(
    one: Space, by: Actor, *, kind: PostKind = PostKind.DISCUSSION, title: str = "", source: str = "课堂上等了三秒再提问", at: datetime = AT
) -> Post:
    """A published thread, written through the actions."""
    number = next(_numbers)
    title, source = title or f"题目{number}", f"{source} {number}"
    if kind == PostKind.DISCUSSION:
        return actions.open_discussion(space=one, title=title, source=source, by=by, at=at)
    if kind == PostKind.QUESTION:
        return actions.ask(space=one, title=title, source=source, by=by, at=at)
    return actions.publish(post=draft(one, by, kind=kind, title=title, source=source, at=at), by=by, at=at)


def draft(
    one: Space, by: Actor, *, kind: PostKind = PostKind.BRIEFING, title: str = "第一周", source: str = "收到愿望九十四份", at: datetime = AT
) -> Post:
    return actions.save_draft(space=one, kind=kind, title=title, source=source, by=by, at=at)


def answer(question: Post, by: Actor, *, source: str = "", at: datetime = AT) -> Post:
    return actions.answer(question=question, source=source or f"可以先请学生写下来 {next(_numbers)}", by=by, at=at)


def reply(thread: Post, by: Actor, *, source: str = "", at: datetime = AT) -> Post:
    return actions.reply(thread=thread, source=source or f"我们学校也试过 {next(_numbers)}", by=by, at=at)


def post_version(one: Post) -> PostVersion:
    """What stood in a post before its author corrected it."""
    author = programmes.learner(one.author)
    actions.correct(post=one, title=one.title, source=f"{one.source}，改一改", by=author, at=AT + timedelta(hours=1))
    return PostVersion.objects.get(post=one)


def read(one: Post, person: Person, *, at: datetime = AT) -> Read:
    return Read.objects.create(post=one, person=person, read_at=at)


def check_in(one: Space, person: Person, *, at: datetime = AT) -> CheckIn:
    return CheckIn.objects.create(workshop_id=one.counted_id, person=person, on=clock.day(at), at=at)


def opened(one: Programme) -> list[Space]:
    return actions.open_spaces(programme=one, by=SYSTEM, at=AT)


def days(number: int) -> datetime:
    """That many days after AT."""
    return AT + timedelta(days=number)


def guidance_question(who: Enrolment, *, block: str = "casework", title: str = "", **facts) -> GuidanceQuestion:
    """An open question at the nearest rung, waiting for the group leader."""
    number = next(_numbers)
    facts = {
        "rung": 0, "level": "研修组长", "role": "group_leader", "source": f"怎么记录 {number}", "body": "<p>怎么记录</p>", "asked_at": AT,
        "waiting_since": AT,
    } | facts  # fmt: skip
    return GuidanceQuestion.objects.create(
        programme=who.programme, enrolment=who, unit_path=who.unit_path, block=block, title=title or f"观课记录怎么写 {number}", **facts
    )


def guidance_answer(one: GuidanceQuestion, author: Person, **facts) -> GuidanceAnswer:
    facts = {"source": "先记看得见的事实", "body": "<p>先记看得见的事实</p>", "level": one.level, "answered_at": AT} | facts
    return GuidanceAnswer.objects.create(question=one, author=author, author_label=author.name, **facts)


def guidance_pass(one: GuidanceQuestion, *, by: Person) -> GuidancePass:
    return GuidancePass.objects.create(
        question=one, from_level=one.level, to_level="指导教师", passed_by=by.pk, passed_label=by.name, passed_at=AT
    )


def guidance_note(one: Programme, author: Person, *, scope_path: str, title: str = "") -> GuidanceNote:
    number = next(_numbers)
    return GuidanceNote.objects.create(
        programme=one, scope_path=scope_path, level="指导教师", title=title or f"观课三问 {number}", source="三问", body="<p>三问</p>",
        author=author, author_label=author.name, published_at=AT,
    )  # fmt: skip


def guidance_receipt(one: GuidanceNote, person: Person) -> GuidanceReceipt:
    return GuidanceReceipt.objects.create(note=one, person=person, read_at=AT)


def host_share(one: Space, person: Person, *, duty: str = "", group: str = "", words: str = "") -> HostShare:
    return HostShare.objects.create(space=one, person=person, duty=duty, group=group, words=words or "第一研讨组", set_at=AT)


def nudge(one: Space, person: Person, *, at: datetime = AT) -> Nudge:
    return Nudge.objects.create(workshop=one, person=person, nudged_at=at)


def praise(one: Space, person: Person, by: Person, *, reason: str = "把追问写成了三级问题链", at: datetime = AT) -> Praise:
    """A row only; what counts goes through the action."""
    return Praise.objects.create(space=one, person=person, author=by, author_label=by.name, reason=reason, on=clock.day(at), given_at=at)


def point_rule(one: Space | Programme, metric: str = "discussion", *, points: int = 2, **caps) -> PointRule:
    of = {"space": one} if isinstance(one, Space) else {"programme": one}
    return PointRule.objects.create(**of, metric=metric, points=points, set_at=AT, **caps)


def space_rules(one: Space, **facts) -> SpaceRules:
    return SpaceRules.objects.create(space=one, set_label="主持人", set_at=AT, **facts)
