"""行为记录: what is shown of a workshop and of a person, to whom, page by page along a key, and as a file."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.programmes import factories as programmes
from tests.workshops import factories as make
from yanxiu.access.models import Appointment
from yanxiu.kit import clock
from yanxiu.kit.errors import NotFound
from yanxiu.people.models import Person
from yanxiu.records.deeds import Asked, all_deeds, deeds, word_of
from yanxiu.records.models import Record
from yanxiu.workshops import actions, permissions
from yanxiu.workshops.behaviour import events_of
from yanxiu.workshops.models import PostKind


def asked(**facts) -> Asked:
    return Asked(**{"events": events_of(""), "since": make.days(-9), "until": make.days(60)} | facts)


def said(found):
    return [(one.what, one.actor, one.is_voided) for one in found]


def test_a_workshop_shows_what_happened_newest_first_and_what_counts_no_more(shop):
    post = make.post(shop.space, shop.member)
    question = make.post(shop.space, shop.member, kind=PostKind.QUESTION, at=make.days(1))
    make.answer(question, shop.host, at=make.days(2))
    actions.hide(post=post, reason="与主题无关", by=shop.host, at=make.days(3))

    found = deeds(asked(space_id=shop.space.pk))

    host = shop.host.label
    assert said(found) == [("隐藏发言", host, False), ("回答问题", host, False), ("提问", "李雷", False), ("发起研讨", "李雷", True)]
    assert [one.what for one in deeds(asked(space_id=shop.space.pk, events=events_of("qa")))] == ["回答问题", "提问"]
    assert said(deeds(asked(space_id=shop.space.pk, person_id=shop.host.person_id))) == said(found)[:2]
    assert not deeds(asked(space_id=shop.space.pk, until=make.AT))


def test_pages_go_on_along_the_key_and_the_file_holds_all(shop):
    for number in range(7):
        make.post(shop.space, shop.member, at=make.AT + timedelta(minutes=number // 2))  # two at the same moment
    whole = deeds(asked(person_id=shop.member.person_id))
    pages, before = [], None
    while page := deeds(asked(person_id=shop.member.person_id, before=before), limit=3):
        pages += page
        before = (page[-1].at, page[-1].id)

    assert pages == whole == list(all_deeds(asked(person_id=shop.member.person_id)))
    assert len(whole) == 7
    assert len(list(all_deeds(asked(person_id=shop.member.person_id), most=4))) == 4


def test_what_somebody_did_to_others_is_hers_in_the_spaces_named(shop):
    actions.praise(workshop=shop.space, person=Person.objects.get(pk=shop.member.person_id), reason="每次都来", by=shop.host, at=make.AT)
    assert not deeds(asked(person_id=shop.host.person_id))
    (one,) = deeds(asked(person_id=shop.host.person_id, acting=[shop.space.pk]))
    assert (one.what, one.person, one.is_own) == ("表扬", "李雷", False)


def test_who_sees_whose_record(shop):
    member = Person.objects.get(pk=shop.member.person_id)
    stranger = programmes.teacher(shop.school)
    own = programmes.learner(member)
    for actor in (own, shop.office, shop.host, programmes.holder("school_admin", shop.school)):
        permissions.check_can_see_deeds(actor, member)
    for actor, person in (
        (programmes.learner(stranger), member), (shop.host, stranger), (make.host(make.space(shop.county)), member),
        (programmes.holder("county_admin", shop.other_county), member),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            permissions.check_can_see_deeds(actor, person)
    assert permissions.sees_all_deeds(own, member)
    assert not permissions.sees_all_deeds(shop.host, member)


def test_a_host_sees_of_a_member_only_what_was_done_in_the_own_workshop(cast, shop):
    other = make.space(shop.county, programme=shop.programme)
    make.membership(other, Person.objects.get(pk=shop.member.person_id))
    at = clock.now() - timedelta(days=1)
    make.post(shop.space, shop.member, title="在本坊", at=at)
    make.post(other, shop.member, title="在别的坊", at=at)
    here = deeds(asked(person_id=shop.member.person_id, spaces=[shop.space.pk], since=at - timedelta(days=1), until=clock.now()))
    assert [one.about for one in here] == ["在本坊"]


def test_the_pages_and_the_file(cast):
    running = make.programme(cast.county)
    space = make.space(cast.county, programme=running, title="班级管理专题工作坊")
    Appointment.objects.filter(person=cast.person("王老师")).update(space_id=space.pk)
    make.membership(space, cast.person("李雷"))
    member = cast.actor("李雷")
    for number in range(3):
        make.post(space, member, title=f"等待的三秒 {number}", at=clock.now() - timedelta(hours=number))
    person = cast.person("李雷").pk
    pages = {
        reverse("workshops:space_deeds", args=[space.pk]): {"王老师": 200, "教务": 200, "李雷": 403, "外人": 403},
        reverse("workshops:deeds_of", args=[person]): {"王老师": 200, "教务": 200, "李雷": 200, "韩梅梅": 200, "外人": 404},
    }
    for address, expected in pages.items():
        for who, status in expected.items():
            answer = cast.client_of(who).get(address)
            assert answer.status_code == status, (address, who)
            if status == 200:
                assert "等待的三秒 2" in answer.content.decode()
    of_space = reverse("workshops:space_deeds", args=[space.pk])
    host = cast.client_of("王老师")
    assert "李雷" in host.get(of_space, {"person": person}).content.decode()
    assert "外人" not in host.get(of_space, {"person": cast.person("外人").pk}).content.decode()  # was never there
    odd = cast.client_of("李雷").get(
        reverse("workshops:deeds_of", args=[person]), {"before": "x-9", "days": "²", "kind": "nothing", "person": "9" * 40}
    )
    assert odd.status_code == 200
    book = cast.client_of("李雷").get(reverse("workshops:export_deeds_of", args=[person]))
    assert b"".join(book.streaming_content).startswith(b"PK")
    assert Record.objects.filter(verb="exported", object_type="deeds").count() == 1


def test_an_event_that_is_declared_no_more_still_has_a_word():
    assert word_of("sang", "song") == "sang"
