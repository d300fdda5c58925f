"""Puts hostile words wherever people write in a space, and whoever looks at them; run as a program, prints what the journey needs as JSON."""

import itertools
import json
import os
import sys
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.contrib.sessions.backends.db import SessionStore  # noqa: E402 - after the set-up
from django.db import transaction  # noqa: E402

from tests.e2e.hostile_words import ALL, FILE_NAME, NAME  # noqa: E402
from tests.files.factories import stored_row  # noqa: E402
from tests.integrity import factories as integrity  # noqa: E402
from tests.integrity import order_factories as order  # noqa: E402
from tests.learning import factories as learning  # noqa: E402
from tests.people import factories as people  # noqa: E402
from tests.programmes import factories as programmes  # noqa: E402
from tests.workshops import factories as make  # noqa: E402
from yanxiu.access.models import Appointment  # noqa: E402
from yanxiu.integrity.actions import open_inquiry  # noqa: E402
from yanxiu.integrity.models import Enclosure, MeasureKind, ReportReason, Signal  # noqa: E402
from yanxiu.kit import clock  # noqa: E402
from yanxiu.kit.actor import Actor  # noqa: E402
from yanxiu.orgs.models import Kind  # noqa: E402
from yanxiu.people import sessions  # noqa: E402
from yanxiu.people.models import Person  # noqa: E402
from yanxiu.workshops import actions  # noqa: E402
from yanxiu.workshops.models import Post, PostKind, Space  # noqa: E402

FIRST_NUMBER = 80_000  # other worlds on the same site count from elsewhere


@transaction.atomic
def main() -> dict[str, object]:
    for module in (programmes, make, learning, people, order, integrity):
        module._numbers = itertools.count(FIRST_NUMBER)
    county = programmes.org(parent=programmes.org(name="中国"), kind=Kind.COUNTY, name="玄石县")
    school = programmes.org(parent=county, name="玄石一中")
    space = make.space(
        county, programme=make.programme(county), title=f"坊{ALL[2]}"[:120], intro=" ".join(ALL[:6])[:500], rules="\n".join(ALL)
    )
    host_person = programmes.teacher(county, name="王静")
    host, member = make.host(space, host_person), make.member(space, school, name=NAME[:60])
    at = clock.now() - timedelta(hours=3)
    posts = _written(space, host, member, at=at)
    _kept(space, host, member, posts, at=at)
    office = programmes.teacher(county, name="教务员")
    held = Appointment.objects.create(person=office, role="county_admin", org=county, from_on=at.date(), granted_at=at)
    inquiry = _inquired(member, Actor(person_id=office.pk, label="教务员", grants=programmes.holder("county_admin", county).grants), at=at)
    hosting = Appointment.objects.get(person=host_person, role="host", space_id=space.pk)
    return {
        "host": _key(host_person, hat=str(hosting.pk)), "office": _key(office, hat=str(held.pk)),
        "member": _key(Person.objects.get(pk=member.person_id), hat="learner"), "space": space.pk, "inquiry": inquiry,
        "person": member.person_id, **posts,
    }  # fmt: skip


def _written(space: Space, host: Actor, member: Actor, *, at) -> dict[str, object]:
    """A thread whose replies say every vector, threads and logs whose titles do, a question, briefings of the host."""
    thread = actions.open_discussion(space=space, title="大家来说", source="说说看", by=host, at=at)
    replies = [
        actions.reply(thread=thread, source=f"{vector} 第 {number} 句", by=member, at=at + timedelta(seconds=number))
        for number, vector in enumerate(ALL)
    ]
    titled = [
        actions.open_discussion(space=space, title=f"题 {vector}"[:120], source=f"{vector} 一", by=member, at=at + timedelta(minutes=1))
        for vector in ALL
    ]
    question = actions.ask(space=space, title=f"问 {ALL[3]}", source=ALL[4] + " 问", by=member, at=at)
    actions.answer(question=question, source=ALL[5] + " @" + NAME, by=host, at=at)
    log = actions.publish_log(space=space, title=f"记 {ALL[6]}"[:120], source="\n\n".join(ALL), by=member, at=at)
    briefing = make.post(space, host, kind=PostKind.BRIEFING, title=f"报 {ALL[7]}"[:120], source="\n\n".join(ALL[:20]), at=at)
    return {
        "thread": thread.pk, "replies": [one.pk for one in replies], "titled": titled[2].pk, "question": question.pk, "log": log.pk,
        "briefing": briefing.pk,
    }  # fmt: skip


def _kept(space: Space, host: Actor, member: Actor, posts: dict, *, at) -> None:
    """Reports whose words are hostile, words that were hit, a held and a returned post, a measure with a hostile reason and its appeal."""
    fellow = make.member(space, programmes.org(parent=space.org, name="玄石二中"), name="陈国栋")
    for number, pk in enumerate(posts["replies"][:12]):
        post = Post.objects.select_related("space__org", "parent", "space__parent").get(pk=pk)
        actions.report_post(post=post, reason=ReportReason.OTHER, words=f"{ALL[number]} 请看", by=fellow, at=at)
    order.word_pack(space.org, "请看一看", action="flag", title=ALL[0][:60])
    actions.open_discussion(space=space, title="请看一看", source=f"请看一看 {ALL[1]}", by=member, at=at)
    make.space_rules(space, hold_first=0, hold_links=True)
    actions.open_discussion(space=space, title=f"待审 {ALL[8]}"[:120], source=f"https://a.example {ALL[9]}", by=member, at=at)
    returned, hidden = (
        actions.open_discussion(space=space, title=f"{word} {ALL[10]}"[:120], source=f"{ALL[11]} {word}", by=member, at=at)
        for word in ("退", "藏")
    )
    for post, kind in ((returned, MeasureKind.RETURN), (hidden, MeasureKind.HIDE)):
        measure = actions.take_measure(post=post, kind=kind, rule=ReportReason.OTHER, reason=f"因为 {ALL[2]}", by=host, at=at)
    actions.appeal_measure(measure=measure, reason=f"不服 {ALL[3]}", by=member, at=at)
    posts |= {"returned": returned.pk, "measure": measure.pk}


def _inquired(member: Actor, office: Actor, *, at) -> int:
    """An inquiry on evidence with hostile words, answered with a file of a hostile name."""
    person = Person.objects.get(pk=member.person_id)
    kept = order.evidence(person, title=ALL[0], words="\n".join(ALL), facts=[ALL[1]])
    inquiry = open_inquiry(signals=[Signal.objects.get(pk=kept.signal_id)], by=office, at=at)
    said = integrity.statement(inquiry, text="\n".join(ALL[:8]))
    Enclosure.objects.create(statement=said, file=stored_row(name=FILE_NAME, media_type="application/pdf", kind="attachment"))
    return inquiry.pk


def _key(person: Person, *, hat: str) -> str:
    account, session = learning.account(person), SessionStore()
    sessions.begin(session, account_id=account.pk, stamp=account.security_stamp, at=clock.now())
    session[sessions.HAT] = hat
    session.save()
    return session.session_key


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main()) + "\n")
