"""Articles and materials (003 L40—L49): saved, handed in, taken back, confirmed or returned by the school, counted."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse

from tests.fieldwork import factories as make
from tests.files import samples
from tests.programmes import factories as programmes
from yanxiu.fieldwork import actions, permissions, queries
from yanxiu.fieldwork.models import Article, ArticleState
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.kit.rules import holds
from yanxiu.records.models import Record, Tally

PLAN = """\
programme: {id: own, title: 研培方案, level: county, owner: 兰溪县教育局, year: 2026}
audience: [{id: all, stages: [高中]}]
phases: [{id: study, label: 研修, from: 2026-01-01, to: 2026-12-31, for: [learner], do: [learn]}]
learn: [{id: own, label: 自学, kind: compulsory, window: study, hours: 2}]
submit:
  - id: t5
    label: 教师材料
    by: learner
    due: 2026-12-30
    pieces:
      - {id: teaching_plan, label: 教案}
      - {id: courseware, label: 课件, same_lesson_as: teaching_plan}
      - {id: reflection, label: 反思, min_chars: 20}
assess: [{kind: rule, id: learner, of: [learner], label: 考核, pass: {all: [own]}}]
"""
LONG = "课后我想，学生先动手再说理，比先讲后练记得牢。下次把实验放在前面，问题留给学生自己问。"


@pytest.fixture
def place(db):
    county, school = make.county_with_school()
    return programmes.enrolment(programmes.running(county, source=PLAN), programmes.teacher(school, name="李雷"))


@pytest.fixture
def teacher(place):
    return programmes.learner(place.person)


@pytest.fixture
def office(place):
    return programmes.holder("school_admin", place.unit)


def written(place, by, *, slot="t5.reflection", title="推门听课反思", source=LONG, **more):
    article = actions.begin_article(enrolment=place, slot=slot, by=by, at=make.AT)
    return actions.save_article(article=article, title=title, source=source, by=by, at=make.AT, **more)


def test_the_slots_are_those_of_the_plan(place):
    assert [(one.slot.label, one.slot.least) for one in queries.own_slots([place], [])] == [("教案", 0), ("课件", 0), ("反思", 20)]


def test_it_is_handed_in_confirmed_and_counted_once(place, teacher, office):
    article = actions.submit_article(article=written(place, teacher), by=teacher, at=make.AT)
    with pytest.raises(Conflict, match="已经交了"):
        actions.save_article(article=article, title="改", source="改", by=teacher, at=make.AT)

    actions.accept_article(article=article, by=office, at=make.AT)

    with pytest.raises(Conflict, match="合格"):
        actions.accept_article(article=article, by=office, at=make.AT)
    counted = Tally.objects.filter(metric="material.accepted", person_id=place.person_id, kind="t5.reflection")
    assert [one.count for one in counted] == [1]


def test_returned_it_is_mended_and_handed_in_again(place, teacher, office):
    article = actions.submit_article(article=written(place, teacher), by=teacher, at=make.AT)
    with pytest.raises(Invalid, match="补什么"):
        actions.return_article(article=article, opinion=" ", by=office, at=make.AT)
    article = actions.return_article(article=article, opinion="写具体一点", by=office, at=make.AT)
    article = actions.save_article(article=article, title=article.title, source=LONG + "补一段。", by=teacher, at=make.AT)
    article = actions.submit_article(article=article, by=teacher, at=make.AT + timedelta(hours=1))
    article = actions.take_back_article(article=article, by=teacher, at=make.AT + timedelta(hours=2))
    assert article.state == ArticleState.DRAFT
    verbs = Record.objects.filter(object_type="article").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["submitted", "returned", "submitted", "took_back"]


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"title": "反"}, "title", "2—120"),
        ({"source": "太短。"}, "source", "不少于 20 字.*现在 2 字"),
        ({"slot": "", "source": ""}, "source", "两样都没有"),
    ],
)
def test_it_says_what_is_missing_and_keeps_the_draft(place, teacher, given, field, words):
    article = written(place, teacher, **given)
    with pytest.raises(Invalid, match=words) as refused:
        actions.submit_article(article=article, by=teacher, at=make.AT)
    article.refresh_from_db()
    assert (refused.value.field, article.state, Record.objects.filter(object_type="article").count()) == (field, "draft", 0)


def test_the_courseware_is_about_the_same_lesson(place, teacher):
    written(place, teacher, slot="t5.teaching_plan", title="牛顿第三定律")
    article = written(
        place, teacher, slot="t5.courseware", title="牛顿第二定律", content=io.BytesIO(samples.office("pptx")), name="课件.pptx"
    )
    assert article.file is not None
    with pytest.raises(Invalid, match="同一节课") as refused:
        actions.submit_article(article=article, by=teacher, at=make.AT)
    assert refused.value.field == "title"


def test_who_may(place, teacher, office):
    article = written(place, teacher)
    stranger = programmes.learner(programmes.teacher(programmes.org(parent=programmes.org(name="外县"))))
    with pytest.raises(NotFound):
        actions.accept_article(article=article, by=office, at=make.AT)  # a draft is its writer's
    article = actions.submit_article(article=article, by=teacher, at=make.AT)
    with pytest.raises(NotPermitted):
        actions.accept_article(article=article, by=teacher, at=make.AT)
    with pytest.raises(NotPermitted):
        actions.save_article(article=article, title="", source="", by=stranger, at=make.AT)
    with pytest.raises(Invalid, match="没有这一份"):
        actions.begin_article(enrolment=place, slot="t5.nothing", by=teacher, at=make.AT)
    make.article(place, slot="t5.teaching_plan", state="draft")
    for actor in (teacher, office, stranger):
        seen = set(permissions.visible_articles(actor).values_list("pk", flat=True))
        everything = Article.objects.select_related("enrolment")
        assert seen == {one.pk for one in everything if holds(permissions.check_can_see_article, actor, one)}


def test_the_pages_work_without_script(cast):
    place = programmes.enrolment(programmes.running(cast.county, source=PLAN.replace("高中", "初中")), cast.person("李雷"))
    browser, school = cast.client_of("李雷"), cast.client_of("韩梅梅")
    assert "还差 3 份" in browser.get(reverse("fieldwork:articles")).content.decode()
    browser.post(reverse("fieldwork:begin_article", args=[place.pk]), {"slot": "t5.reflection"})
    article = Article.objects.get()
    short = browser.post(reverse("fieldwork:submit_article", args=[article.pk]), {"title": "反思", "source": "太短"})
    assert (short.status_code, "不少于 20 字" in short.content.decode()) == (422, True)
    browser.post(reverse("fieldwork:submit_article", args=[article.pk]), {"title": "反思一则", "source": LONG})
    assert "反思一则" in school.get(reverse("fieldwork:articles_to_confirm")).content.decode()
    assert school.get(reverse("fieldwork:article", args=[article.pk])).status_code == 200
    school.post(reverse("fieldwork:accept_article", args=[article.pk]))
    assert "合格" in browser.get(reverse("fieldwork:article", args=[article.pk])).content.decode()


def test_words_of_an_article_pass_the_packs_when_it_is_handed_in(place, teacher):
    article = actions.begin_article(enrolment=place, slot="", by=teacher, at=make.AT)
    actions.save_article(article=article, title="我的反思", source=LONG + "代刷学时找我。", by=teacher, at=make.AT)

    with pytest.raises(Invalid) as refused:
        actions.submit_article(article=article, by=teacher, at=make.AT)

    assert refused.value.field == "source"
    assert Article.objects.get().state == ArticleState.DRAFT
