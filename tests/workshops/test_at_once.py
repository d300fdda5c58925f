"""What is sent twice at the same moment is one, and the last place is given once: several connections at once."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.programmes.factories import learner
from tests.together import at_once, metrics_again  # noqa: F401 - the fixture
from tests.workshops import factories as make
from tests.workshops import tools_factories as tools
from tests.workshops.conftest import build
from yanxiu.kit.actor import SYSTEM
from yanxiu.people.models import Person
from yanxiu.records.actions import store_metrics
from yanxiu.records.models import Record
from yanxiu.records.queries import differences
from yanxiu.workshops import actions, queries
from yanxiu.workshops.actions import Worth
from yanxiu.workshops.models import Activity, ActivitySeat, BallotReply, BallotTurnout, PointRule, Post, Praise

TOGETHER = 6


@pytest.mark.django_db(transaction=True)
def test_what_is_sent_twice_at_the_same_moment_is_one_and_places_stay_exact():
    store_metrics(by=SYSTEM, at=make.AT)
    shop = build()
    people = [make.member(shop.space, shop.school) for _ in range(TOGETHER)]
    thread = {"space": shop.space, "title": "一个题目", "source": "同一段话发了两次", "by": shop.member, "at": make.AT}
    shown = make.post(shop.space, people[0])
    few = tools.activity(shop.space, shop.host, places=2)
    asked = tools.ballot(shop.space, shop.host, is_anonymous=True)
    (question,) = tools.BallotQuestion.objects.filter(ballot=asked)
    praised = Person.objects.get(pk=shop.member.person_id)

    ends = at_once([lambda: actions.open_discussion(**thread)] * TOGETHER)
    assert (ends, Post.objects.filter(title="一个题目").count()) == ({"": TOGETHER}, 1)
    assert shop.count("discussion", person_id=shop.member.person_id) == 1

    ends = at_once([lambda: actions.reply(thread=shown, source="同一句回帖", by=shop.member, at=make.AT)] * TOGETHER)
    assert (ends, Post.objects.filter(parent=shown).count()) == ({"": TOGETHER}, 1)

    ends = at_once([lambda who=who: actions.sign_up(activity=few, by=who, at=make.AT) for who in people])
    assert ends == {"": TOGETHER}
    assert Counter(ActivitySeat.objects.values_list("state", flat=True)) == {"signed_up": 2, "waiting": TOGETHER - 2}
    assert Activity.objects.get(pk=few.pk).taken == 2

    ends = at_once([lambda: actions.answer_ballot(ballot=asked, answers={question.pk: [0]}, by=shop.member, at=make.AT)] * TOGETHER)
    assert ends == {"": 1, "Conflict": TOGETHER - 1}
    assert (BallotTurnout.objects.count(), BallotReply.objects.count()) == (1, 1)

    facts = {"workshop": shop.space, "person": praised, "reason": "每次都来得早", "by": shop.host, "at": make.AT}
    ends = at_once([lambda: actions.praise(**facts)] * TOGETHER)
    assert (ends, Praise.objects.count()) == ({"": 1, "Conflict": TOGETHER - 1}, 1)
    assert Record.objects.filter(verb="praised").count() == 1


@pytest.mark.django_db(transaction=True)
def test_hiding_restoring_and_deleting_at_the_same_moment_leave_one_state_and_its_count():
    store_metrics(by=SYSTEM, at=make.AT)
    shop = build()
    post = make.post(shop.space, shop.member)
    author = learner(post.author)
    acts = [
        lambda: actions.hide(post=post, reason="与主题无关", by=shop.host, at=make.AT),
        lambda: actions.delete(post=post, by=author, at=make.AT),
        lambda: actions.restore(post=post, by=shop.host, at=make.AT),
        lambda: actions.hide(post=post, reason="", by=author, at=make.AT),
    ]
    ends = at_once(acts * 2)
    now = Post.objects.get(pk=post.pk)
    assert set(ends) <= {"", "Conflict", "NotFound"}
    assert (now.record_id is not None) is (now.state == "published")
    assert shop.count("discussion", person_id=author.person_id) == (1 if now.state == "published" else 0)
    assert make.AT + timedelta(0) == now.created_at


@pytest.mark.django_db(transaction=True)
def test_points_keep_to_the_bounds_of_the_day_whatever_comes_at_the_same_moment():
    store_metrics(by=SYSTEM, at=make.AT)
    shop = build()
    make.point_rule(shop.space, "discussion", points=2, a_day=4)
    make.point_rule(shop.space, "praise.received", points=5, at_most=12)
    hosts = [make.host(shop.space) for _ in range(TOGETHER)]
    facts = {"workshop": shop.space, "person": Person.objects.get(pk=shop.member.person_id), "reason": "每次都来得早", "at": make.AT}
    said = [lambda n=n: actions.open_discussion(space=shop.space, title=f"题目 {n}", source=f"第 {n} 段", by=shop.member, at=make.AT)
            for n in range(TOGETHER)]  # fmt: skip
    equal = [lambda host=host: actions.praise(**facts, by=host) for host in (*hosts, *hosts)]  # each host sends it twice

    ends = at_once([*said, *equal])

    assert ends == {"": 2 * TOGETHER, "Conflict": TOGETHER}
    lines = {one.metric: (one.count, one.gross, one.points) for one in queries.own_points(shop.space, shop.member.person_id)}
    assert lines == {"discussion": (TOGETHER, 12, 4), "praise.received": (TOGETHER, 30, 12)}
    assert differences() == []
    worths = {points: [Worth(metric=metric, points=Decimal(points)) for metric in ("discussion", "checkin")] for points in (1, 3)}
    ends = at_once([lambda one=one: actions.set_points(of=shop.space, worths=one, by=shop.host, at=make.AT) for one in worths.values()] * 2)
    assert ends == {"": 4}
    kept = list(PointRule.objects.filter(space=shop.space).order_by("metric").values_list("metric", "points"))
    assert kept in [[("checkin", points), ("discussion", points)] for points in worths]  # one host's rules, whole
