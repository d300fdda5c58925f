"""Lesson cases: register, correct, publish, withdraw."""

import pytest

from tests.catalogue.factories import case_facts, county, film, learner, lesson_case, published_case, worker
from yanxiu.catalogue import actions
from yanxiu.catalogue.models import LessonCase
from yanxiu.catalogue.permissions import visible_cases
from yanxiu.files.models import StoredFile
from yanxiu.kit.errors import Invalid, NotFound, NotPermitted
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db


def events() -> list[str]:
    return list(Record.objects.filter(object_type="lesson_case").order_by("pk").values_list("verb", flat=True))


def test_a_registered_case_is_not_met_by_learners_until_it_is_published(at):
    owner = county()
    designer = worker("designer", owner)
    case = actions.register_case(facts=case_facts(author_name="谢 柏年"), film=film(seconds=900), owner=owner, by=designer, at=at)

    assert (case.seconds, case.author_name, case.is_published) == (900, "谢柏年", False)
    assert not visible_cases(learner()).exists()

    actions.publish_case(case=case, by=designer, at=at)

    assert list(visible_cases(learner())) == [case]
    assert events() == ["registered", "published"]


def test_a_withdrawn_case_is_met_no_more_and_may_come_back(at):
    case = published_case()
    designer = worker("designer", case.owner)

    actions.withdraw_case(case=case, reason="画面里有学生正脸", by=designer, at=at)

    assert not visible_cases(learner()).exists()
    assert Record.objects.get(verb="withdrawn").data["reason"] == "画面里有学生正脸"
    actions.publish_case(case=case, by=designer, at=at)
    case.refresh_from_db()
    assert (case.is_published, case.withdrawn_at) == (True, None)


def test_a_case_is_corrected_while_nobody_meets_it(at):
    case = lesson_case()
    designer = worker("designer", case.owner)

    actions.correct_case(case=case, facts=case_facts(title="新题"), by=designer, at=at)

    case.refresh_from_db()
    assert (case.title, case.seconds) == ("新题", 600)
    actions.correct_case(case=case, facts=case_facts(title="新题"), film=film(seconds=700), by=designer, at=at)
    case.refresh_from_db()
    assert case.seconds == 700
    actions.publish_case(case=case, by=designer, at=at)
    with pytest.raises(actions.NotOnShelf, match="请先撤下"):
        actions.correct_case(case=case, facts=case_facts(), by=designer, at=at)


def test_each_step_happens_once(at):
    case = published_case()
    designer = worker("designer", case.owner)

    with pytest.raises(actions.NotOnShelf, match="已经发布了"):
        actions.publish_case(case=case, by=designer, at=at)
    actions.withdraw_case(case=case, reason="x", by=designer, at=at)
    with pytest.raises(actions.NotOnShelf, match="没有发布"):
        actions.withdraw_case(case=case, reason="x", by=designer, at=at)
    assert events() == ["registered", "published", "withdrawn"]


def test_a_withdrawal_has_a_reason(at):
    case = published_case()

    with pytest.raises(Invalid, match="撤下的原因"):
        actions.withdraw_case(case=case, reason="", by=worker("designer", case.owner), at=at)


def test_a_case_whose_film_is_gone_is_not_published(at):
    case = lesson_case()
    StoredFile.objects.filter(pk=case.media_id).update(deleted_at=at)

    with pytest.raises(actions.NotOnShelf, match="视频不在了"):
        actions.publish_case(case=case, by=worker("designer", case.owner), at=at)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"level": "校级"}, "没有“校级”这个级别"),
        ({"stage": "大学"}, "没有“大学”这个学段"),
        ({"subject": "占星"}, "没有“占星”这个学科"),
        ({"stage": "小学", "subject": "物理"}, "小学没有物理"),
        ({"author_name": " "}, "授课教师还空着"),
        ({"title": ""}, "名称还空着"),
    ],
)
def test_nonsense_is_refused(changes, reason, at):
    owner = county()

    with pytest.raises(Invalid, match=reason):
        actions.register_case(facts=case_facts(**changes), film=film(), owner=owner, by=worker("designer", owner), at=at)

    assert not LessonCase.objects.exists()


def test_who_may(at):
    case = lesson_case()

    with pytest.raises(NotPermitted):
        actions.register_case(facts=case_facts(), film=film(), owner=case.owner, by=worker("tutor", case.owner), at=at)
    for actor, error in ((learner(), NotFound), (worker("expert", case.owner), NotPermitted), (worker("designer", county()), NotFound)):
        with pytest.raises(error):
            actions.publish_case(case=case, by=actor, at=at)
    case = actions.publish_case(case=case, by=worker("designer", case.owner), at=at)
    with pytest.raises(NotPermitted):
        actions.withdraw_case(case=case, reason="x", by=learner(), at=at)
    with pytest.raises(NotFound):
        actions.correct_case(case=lesson_case(), facts=case_facts(), by=learner(), at=at)


def test_the_author_sees_her_own_lesson_before_it_is_published(at):
    case = lesson_case(author_id=200)

    assert list(visible_cases(learner(200))) == [case]
    assert not visible_cases(learner(201)).exists()
