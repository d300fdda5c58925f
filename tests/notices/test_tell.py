"""One message about one thing that happened."""

import pytest

from tests.portal.conftest import NOW
from tests.workshops import factories as workshops
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.kit.errors import NotPermitted
from yanxiu.notices import actions
from yanxiu.notices.models import Delivery
from yanxiu.notices.reactions import tell_the_author
from yanxiu.records.models import Record
from yanxiu.workshops import actions as workshop_actions
from yanxiu.workshops.events import PostEvent


def _tell(study, by=SYSTEM) -> bool:
    return actions.tell(
        person=study.person, title="有人回答了您的提问", words="王老师：可以分层。", link="/workshops/", key="answer:1", by=by, at=NOW
    )


def test_tells_once(study):
    assert _tell(study) is True
    assert _tell(study) is False
    assert Delivery.objects.get().words == "王老师：可以分层。"


def test_only_the_platform_tells(study):
    with pytest.raises(NotPermitted):
        _tell(study, by=Actor(person_id=study.person.pk, label="x"))


@pytest.fixture
def question(study):
    """A question of 周淑芬 in a workshop, and the workshop's host."""
    space = workshops.space(study.county)
    workshops.membership(space, study.person)
    asked = workshop_actions.ask(space=space, title="怎么分层", source="差得太多", by=_as(study.person), at=NOW)
    return asked, workshops.host(space)


def _as(person) -> Actor:
    return Actor(person_id=person.pk, label=person.name)


def _hear(event: PostEvent) -> None:
    for row in Record.objects.filter(verb=event.verb, object_type=event.object_type):
        tell_the_author(row)


def test_an_answer_reaches_who_asked_once(study, question):
    asked, host = question
    workshop_actions.answer(question=asked, source="可以分三组。", by=host, at=NOW)

    _hear(PostEvent.ANSWERED)
    _hear(PostEvent.ANSWERED)

    row = Delivery.objects.select_related("notice").get()
    assert row.person == study.person
    assert row.notice.title == "有人回答了“怎么分层”"
    assert row.notice.link == f"/workshops/posts/{asked.pk}/"
    assert "可以分三组" in row.words


def test_nobody_is_told_of_the_own_words(study, question):
    asked, _host = question
    workshop_actions.answer(question=asked, source="我自己想到了。", by=_as(study.person), at=NOW)

    _hear(PostEvent.ANSWERED)

    assert not Delivery.objects.exists()
