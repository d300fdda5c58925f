"""What is sent twice at the same moment is one, and the last place is given once: several connections at once."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from django.db import connection

from tests.programmes.factories import learner
from tests.workshops import factories as make
from tests.workshops import tools_factories as tools
from tests.workshops.conftest import build
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import DomainError
from yanxiu.people.models import Person
from yanxiu.records.actions import store_metrics
from yanxiu.records.models import Record
from yanxiu.workshops import actions
from yanxiu.workshops.models import Activity, ActivitySeat, BallotReply, BallotTurnout, Post, Praise

TOGETHER = 6


@pytest.fixture(scope="module", autouse=True)
def metrics_again(django_db_setup, django_db_blocker):
    """The flush after a transactional test empties the table of metrics, which other modules expect."""
    yield
    with django_db_blocker.unblock():
        store_metrics(by=SYSTEM, at=make.AT)


def at_once(acts: Sequence[Callable[[], object]]) -> Counter[str]:
    """Do all of it at the same moment, each with a connection of its own; return how each ended: "" or the name of the refusal."""
    gate, ends = threading.Barrier(len(acts)), Counter[str]()

    def go(act: Callable[[], object]) -> None:
        end = ""
        try:
            gate.wait(timeout=30)
            act()
        except DomainError as refused:
            end = type(refused).__name__
        except BaseException as broken:  # noqa: BLE001 - told to the main thread
            end = f"broken: {broken!r}"
        finally:
            connection.close()
        ends[end] += 1

    threads = [threading.Thread(target=go, args=(act,)) for act in acts]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=60)
    return ends


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
