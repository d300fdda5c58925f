"""Comments at a moment of the lesson, and what flows back to who gave it."""

import pytest
from django.urls import reverse

from tests.assessment import factories as make
from tests.learning.test_pages import browser
from tests.programmes import factories as programmes
from yanxiu.assessment import actions
from yanxiu.assessment.actions import AlreadySubmitted
from yanxiu.assessment.models import Remark
from yanxiu.kit.errors import Invalid, NotPermitted


def add(place, *, second=65, text="追问以后停了八秒", by=None):
    return actions.add_remark(enrolment=place.enrolment, case=place.case, second=second, text=text, by=by or place.learner, at=make.AT)


def test_kept_with_the_sheet_and_removed_while_it_is_open(place):
    remark = add(place)
    assert (remark.second, remark.observation.case) == (65, place.case)

    actions.remove_remark(remark=remark, by=place.learner, at=make.AT)
    actions.remove_remark(remark=remark, by=place.learner, at=make.AT)

    assert not Remark.objects.exists()


@pytest.mark.parametrize(("second", "text"), [(65, " "), (65, "字" * 501), (601, "晚了"), (-1, "早了")])
def test_refuses_nothing_too_much_and_moments_outside_the_film(place, second, text):
    with pytest.raises(Invalid):
        add(place, second=second, text=text)
    assert not Remark.objects.exists()


def test_what_is_handed_in_stays(place):
    remark = add(place)
    make.observation(place.enrolment, place.case)

    with pytest.raises(AlreadySubmitted):
        add(place)
    with pytest.raises(AlreadySubmitted):
        actions.remove_remark(remark=remark, by=place.learner, at=make.AT)


def test_only_the_observer_writes(place):
    for by in (place.tutor, programmes.learner(programmes.teacher(place.school))):
        with pytest.raises(NotPermitted):
            add(place, by=by)


def test_on_the_page_and_back_to_the_author(place, assert_same_queries):
    author = make.participant(place.programme, place.second_school, name="谢柏年").person
    type(place.case).objects.filter(pk=place.case.pk).update(author_id=author.pk)
    observer, given = browser(place.enrolment.person), browser(author)
    place_args = [place.enrolment.pk, place.case.pk]
    mine = reverse("assessment:my_cases")
    assert "还没有人评" in given.get(mine).content.decode()

    observer.post(reverse("assessment:add_remark", args=place_args), {"moment": "1:05", "text": "追问以后停了八秒"})
    part = observer.post(
        reverse("assessment:add_remark", args=place_args), {"moment": "2:00", "text": "板书太快"}, headers={"hx-request": "true"}
    ).content.decode()
    assert "01:05" in part
    assert "<html" not in part
    scores = reverse("assessment:case_scores", args=[place.case.pk])
    assert "追问以后" not in given.get(scores).content.decode()  # a draft is nobody's business
    observer.post(reverse("assessment:remove_remark", args=[Remark.objects.get(second=120).pk]))
    make.observation(place.enrolment, place.case)

    shown = observer.get(reverse("assessment:observe", args=place_args)).content.decode()
    assert "已有 1 位老师评过这节课" in shown
    back = given.get(scores).content.decode()
    for words in ("追问以后停了八秒", "01:05", "分布"):
        assert words in back
    assert "李雷" not in back
    assert "1 位老师评过您的课" in given.get(mine).content.decode()
    assert "还没有收录您的课" in observer.get(mine).content.decode()

    def more():
        for _ in range(3):
            case = make.case(place.county, author_id=author.pk)
            make.remark(make.observation(make.participant(place.programme, place.school), case))

    assert_same_queries(lambda: given.get(mine), more)


def test_strangers_find_no_remark(place):
    remark = add(place)
    stranger = browser(make.participant(place.programme, place.second_school, name="外人").person)

    assert stranger.post(reverse("assessment:remove_remark", args=[remark.pk])).status_code == 404
    assert stranger.post(reverse("assessment:add_remark", args=[place.enrolment.pk, place.case.pk]), {"text": "x"}).status_code == 404
