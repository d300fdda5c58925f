"""个人空间: nine doors that lead somewhere, the notebook, what colleagues see."""

import re
from datetime import UTC, datetime

import pytest
from django.urls import resolve, reverse

from tests.fieldwork import factories as fieldwork
from tests.learning import factories as learning
from tests.people import factories as people
from tests.programmes import factories as programmes
from yanxiu.learning.models import Item, Note
from yanxiu.people.models import PersonalPage, Teaching
from yanxiu.records.models import Record

NINE = ["choose", "study", "plan", "log", "progress", "talk", "share", "records", "tools"]


@pytest.fixture
def place(cast):
    Teaching.objects.filter(person=cast.person("李雷")).update(stage="高中", subject="物理")
    return fieldwork.enrolment(fieldwork.programme(cast.county), cast.person("李雷"))


def test_nine_doors_lead_to_pages(cast, place):
    browser = cast.client_of("李雷")
    page = browser.get(reverse("portal:my_space")).content.decode()

    doors = re.findall(r'<a class="yx-door" href="([^"]+)" id="door-(\w+)"', page)
    assert [key for _, key in doors] == NINE
    for url, _ in doors:
        if not url.startswith("#"):
            assert resolve(url)
            assert browser.get(url).status_code in (200, 302), url


def test_facts_are_those_of_the_person(cast, place):
    plan = fieldwork.study_plan(place.programme, place.unit, level="personal", person_id=place.person_id)
    fieldwork.plan_item(plan)
    fieldwork.article(place, title="课后三问")
    page = cast.client_of("李雷").get(reverse("portal:my_space")).content.decode()
    assert "1 项做完 0 项" in page
    assert "课后三问" in page


def test_colleagues_see_what_was_opened_and_nothing_else(cast, place):
    own, colleague = cast.client_of("李雷"), cast.client_of("韩梅梅")
    url = reverse("portal:space_of", args=[place.person_id])
    lesson = fieldwork.research_lesson(place)
    type(lesson).objects.filter(pk=lesson.pk).update(state="given", decided_at=fieldwork.AT)
    fieldwork.article(place, title="不给看的文章", state="accepted", decided_at=fieldwork.AT)
    assert colleague.get(url).status_code == 404

    sent = own.post(reverse("portal:show_space"), {"is_open": "on", "words": "教物理。", "shown": ["lessons", "plan"]})
    assert sent.status_code == 302
    page = colleague.get(url).content.decode()
    assert "教物理。" in page
    assert lesson.title in page
    assert "不给看的文章" not in page
    assert Record.objects.filter(verb="kept", object_type="personal_page", person_id=place.person_id).count() == 1

    own.post(reverse("portal:show_space"), {"words": "教物理。"})
    assert colleague.get(url).status_code == 404
    assert own.get(url).status_code == 200


def test_too_many_words_are_refused_at_their_field(cast, place):
    page = people.personal_page(place.person)
    answer = cast.client_of("李雷").post(reverse("portal:show_space"), {"is_open": "on", "words": "长" * 301})
    assert (answer.status_code, "最多 300 个字，现在 301 个" in answer.content.decode()) == (422, True)
    assert PersonalPage.objects.get().words == page.words


def test_the_notebook_holds_own_notes_of_all_films(cast, place):
    course = learning.course(place.programme.owner)
    film = learning.video(course)
    at = datetime(2026, 11, 20, tzinfo=UTC)
    for number, text in enumerate(("受力分析先画图", "导入用视频")):
        Note.objects.create(enrolment=place, kind=Item.STEP, item_id=film.pk, second=65 + number, text=text, written_at=at, saved_at=at)
    other = programmes.enrolment(place.programme, programmes.teacher(place.unit))
    Note.objects.create(enrolment=other, kind=Item.STEP, item_id=film.pk, second=1, text="别人的笔记", written_at=at, saved_at=at)
    browser = cast.client_of("李雷")
    page = browser.get(reverse("portal:notes")).content.decode()
    assert "受力分析先画图" in page
    assert "1:05" in page
    assert "别人的笔记" not in page
    found = browser.get(reverse("portal:notes"), {"q": "导入"}).content.decode()
    assert ("导入用视频" in found, "受力分析" in found) == (True, False)


def test_words_of_an_introduction_pass_the_packs(cast, place):
    answer = cast.client_of("李雷").post(reverse("portal:show_space"), {"is_open": "on", "words": "可代刷学时"})
    assert (answer.status_code, "代刷学时" in answer.content.decode()) == (422, True)
    assert not PersonalPage.objects.filter(words__contains="代刷").exists()
